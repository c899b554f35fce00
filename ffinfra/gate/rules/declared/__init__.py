"""The rules that need the declarations beside the preview; only where these are here is the model imported."""
