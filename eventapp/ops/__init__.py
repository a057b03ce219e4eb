"""Operating the program: command line, migrations, embedded servers, health."""
