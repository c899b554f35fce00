"""The parent zone's backends, one module each: how NS, glue and DS of one of our zones get there."""
