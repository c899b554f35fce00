//go:build tools

// Package host names the command that make setup builds, so that go mod tidy keeps what it needs.
package host

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
