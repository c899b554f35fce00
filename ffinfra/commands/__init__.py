"""The commands of ``ffinfra``: each reads its arguments, calls the library, and shows the result."""
