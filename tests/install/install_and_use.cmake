# Installs the build tree under WORK_DIR, builds and runs projects/consumer against it, and checks
# which copy of the shipped data each program finds.

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
run(greeting ${CMAKE_COMMAND} -E env --unset=SPIKELOOM_LIBRARY ${consumer}/consumer)
if(NOT greeting MATCHES "^consumer drew [0-9] below 10 and found ${SOURCE_DIR}/models/library\n$")
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

if(EXISTS ${BUILD_DIR}/spikeloom)
  # Only this copy of the library has the chip, so who lists it reads this copy.
  file(GLOB chips ${prefix}/share/spikeloom/chips/*.json)
  list(GET chips 0 chip)
  configure_file(${chip} ${prefix}/share/spikeloom/chips/only_installed.json COPYONLY)
  set(without_choice ${CMAKE_COMMAND} -E env --unset=SPIKELOOM_LIBRARY)

  run(listing ${without_choice} ${prefix}/bin/spikeloom list chips)
  if(NOT listing MATCHES only_installed)
    message(FATAL_ERROR "the installed program does not list the installed chips:\n${listing}")
  endif()
  run(listing ${without_choice} ${BUILD_DIR}/spikeloom list chips)
  if(listing MATCHES only_installed OR NOT listing MATCHES mesh)
    message(FATAL_ERROR "the built program does not list the chips of the source tree:\n${listing}")
  endif()
endif()

# A program of somebody else, installed under the same prefix, finds it too.
file(COPY ${consumer}/consumer DESTINATION ${prefix}/bin)
run(greeting ${CMAKE_COMMAND} -E env --unset=SPIKELOOM_LIBRARY ${prefix}/bin/consumer)
if(NOT greeting MATCHES "${prefix}/share/spikeloom\n$")
  message(FATAL_ERROR "the installed consumer printed: ${greeting}")
endif()
