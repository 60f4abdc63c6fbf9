# One doctest main for all test programs; each case becomes a CTest test of its own process.
add_library(spikeloom_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/main.cpp)
target_link_libraries(spikeloom_test_main PUBLIC doctest::doctest spikeloom_sanitizers)
target_compile_features(spikeloom_test_main PUBLIC cxx_std_20)

# spikeloom_add_test(NAME SOURCES file... LINKS target... [LABELS label...])
function(spikeloom_add_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE spikeloom_test_main spikeloom_warnings ${ARG_LINKS})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(test_${name} PRIVATE
    SPIKELOOM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # doctest is content when its filter matches no case at all; that is no success here.
  set(properties ENVIRONMENT SYSTEMC_DISABLE_COPYRIGHT_MESSAGE=1
    FAIL_REGULAR_EXPRESSION "test cases: +0"
    SKIP_REGULAR_EXPRESSION "skipped for lack of reference data") # tests/reference_data.hpp
  if(ARG_LABELS)
    list(APPEND properties LABELS "${ARG_LABELS}")
  endif()
  doctest_discover_tests(test_${name} TEST_PREFIX "${name}: " PROPERTIES ${properties})
endfunction()
