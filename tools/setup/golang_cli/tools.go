//go:build tools

// Package cli names the command that make setup builds, so that go mod tidy keeps what it needs.
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
