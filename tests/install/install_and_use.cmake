# Installs the build tree under WORK_DIR, builds and runs projects/consumer against it, and lists the
# installed program's chips.

# run(NAME command...): the command must succeed; its output goes into the variable NAME.
function(run name)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${result}:\n${output}")
  endif()
  set(${name} "${output}" PARENT_SCOPE)
endfunction()

set(prefix ${WORK_DIR}/prefix)
set(consumer ${WORK_DIR}/consumer)
file(REMOVE_RECURSE ${WORK_DIR})

run(ignored ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
run(ignored ${CMAKE_COMMAND} -S ${SOURCE_DIR}/tests/install/projects/consumer -B ${consumer}
    -G ${GENERATOR} -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${prefix}
    -D CMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
run(ignored ${CMAKE_COMMAND} --build ${consumer})
run(greeting ${consumer}/consumer)
if(NOT greeting MATCHES "^consumer drew [0-9] below 10\n$")
  message(FATAL_ERROR "the consumer printed: ${greeting}")
endif()

file(GLOB_RECURSE headers RELATIVE ${SOURCE_DIR} ${SOURCE_DIR}/models/*.hpp)
if(NOT headers)
  message(FATAL_ERROR "no header found under models/")
endif()
foreach(header ${headers})
  if(NOT EXISTS ${prefix}/include/spikeloom/${header})
    message(FATAL_ERROR "${header} is not installed")
  endif()
endforeach()

if(NOT EXISTS ${prefix}/bin/spikeloom)
  return()
endif()

# list_chips(environment_change expected): what the installed program lists must contain `expected`.
function(list_chips change expected)
  run(listing ${CMAKE_COMMAND} -E env ${change} ${prefix}/bin/spikeloom list chips)
  string(FIND "${listing}" "${expected}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "with ${change}, '${expected}' is not among the chips:\n${listing}")
  endif()
endfunction()

file(GLOB chips ${prefix}/share/spikeloom/chips/*.json)
list(GET chips 0 chip)
get_filename_component(shipped ${chip} NAME_WE)
list_chips(--unset=SPIKELOOM_LIBRARY ${shipped})

# A chip that only the installed library has shows that the program reads that one.
configure_file(${chip} ${prefix}/share/spikeloom/chips/only_installed.json COPYONLY)
list_chips(SPIKELOOM_LIBRARY=${prefix}/share/spikeloom only_installed)
