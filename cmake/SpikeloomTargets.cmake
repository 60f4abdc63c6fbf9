# One way to declare a library, so that all have the same language level, warnings and alias.

add_library(spikeloom_warnings INTERFACE)
target_compile_options(spikeloom_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow $<$<BOOL:${SPIKELOOM_WERROR}>:-Werror>
  # GCC 12 sees overlapping copies in `"text" + std::string` where there are none (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)

add_library(spikeloom_sanitizers INTERFACE)
if(SPIKELOOM_SANITIZE)
  target_compile_options(spikeloom_sanitizers INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(spikeloom_sanitizers INTERFACE -fsanitize=address,undefined)
endif()
if(SPIKELOOM_FUZZ)
  target_compile_options(spikeloom_sanitizers INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(spikeloom_sanitizers INTERFACE -fsanitize=address,undefined)
endif()

# spikeloom_add_library(NAME SOURCES file... [PUBLIC target...] [PRIVATE target...])
# The links are the layers; tests/repo/check_layers.py holds the includes to the same order.
function(spikeloom_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  set(target spikeloom_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(spikeloom::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<INSTALL_INTERFACE:include/spikeloom>)
  target_link_libraries(${target}
    PUBLIC ${ARG_PUBLIC} $<BUILD_INTERFACE:spikeloom_sanitizers>
    PRIVATE ${ARG_PRIVATE} $<BUILD_INTERFACE:spikeloom_warnings>)
  set_property(GLOBAL APPEND PROPERTY SPIKELOOM_LIBRARIES ${target})
endfunction()
