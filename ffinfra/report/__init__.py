"""What people see: terminal tables, HTML, Markdown and JSON reports."""
