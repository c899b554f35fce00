"""Where a zone can be imported from: what a server or a provider holds, as RRsets."""
