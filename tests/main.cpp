#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

// libsystemc refers to sc_main; the tests have doctest's main instead.
extern "C" int sc_main(int, char**) { return 0; }
