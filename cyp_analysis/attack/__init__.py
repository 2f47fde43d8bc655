"""An adversary that tries to work out what an edition withholds."""
