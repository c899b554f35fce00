#!/bin/sh
# without_daemons.sh POLICY COMMAND...: run a command of apt's during which no package starts its daemon.
# Debian's switch for that is the file policy-rc.d (invoke-rc.d(8)). It goes when the command has ended. Where this
# script is killed before, the file counts for nothing from then on, and whatever asks it next removes it.
# A policy of somebody else's is left as it is.
set -eu
policy=$1
shift
mark="# of ffinfra's set-up"
if [ -e "$policy" ] && ! grep -qsF "$mark" "$policy"; then
    exec "$@"
fi
started=$(cut -d" " -f22 "/proc/$$/stat")
trap 'rm -f "$policy"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cat >"$policy.new" <<END
#!/bin/sh
$mark: no daemon starts while process $$ lives
[ "\$(cut -d" " -f22 /proc/$$/stat 2>/dev/null)" = "$started" ] && exit 101
rm -f "\$0"
exit 0
END
chmod 755 "$policy.new"
mv "$policy.new" "$policy"
"$@"
