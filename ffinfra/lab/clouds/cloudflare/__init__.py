"""A stand-in for the DNS part of the Cloudflare API, version 4 (https://developers.cloudflare.com/api)."""
