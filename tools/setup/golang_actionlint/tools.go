//go:build tools

// Package actionlint names the command that make setup builds, so that go mod tidy keeps what it needs.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
