# Everything Spikeloom is built on; scripts/install_deps.sh installs it.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(HDF5 REQUIRED COMPONENTS C)
find_package(ZLIB REQUIRED)
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc)
find_library(METIS_LIBRARY metis REQUIRED)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

# Debian's SystemC 2.3.4 is built as C++17; its version check names the language level, which this
# definition overrides (a hook of sc_cmnhdr.h). Every target that sees SystemC needs it.
add_library(spikeloom_systemc INTERFACE)
target_link_libraries(spikeloom_systemc INTERFACE PkgConfig::SYSTEMC)
target_compile_definitions(spikeloom_systemc INTERFACE SC_CPLUSPLUS=201703L)
