//go:build tools

// Package tools names the command that the set-up builds, so that go.sum holds all that it needs.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
