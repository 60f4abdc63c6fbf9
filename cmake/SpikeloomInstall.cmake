# Installs the libraries with their headers, the shipped data and the program, as the CMake package
# `spikeloom`. Included last, when all targets exist.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/spikeloom)

get_property(libraries GLOBAL PROPERTY SPIKELOOM_LIBRARIES)
set_target_properties(spikeloom_systemc PROPERTIES EXPORT_NAME systemc)
install(TARGETS ${libraries} spikeloom_systemc EXPORT spikeloomTargets)
install(EXPORT spikeloomTargets NAMESPACE spikeloom:: DESTINATION ${package_dir})
if(TARGET spikeloom)
  install(TARGETS spikeloom)
endif()

# Headers keep their paths: they are included from the root of the tree.
file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  models/*.hpp mapper/*.hpp sim/*.hpp cli/flow/*.hpp)
foreach(header ${headers})
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/spikeloom/${folder})
endforeach()

install(DIRECTORY models/library/ DESTINATION ${CMAKE_INSTALL_DATADIR}/spikeloom
  PATTERN CMakeLists.txt EXCLUDE PATTERN *.cpp EXCLUDE PATTERN *.hpp EXCLUDE)
install(DIRECTORY hw/pkg hw/rtl hw/check DESTINATION ${CMAKE_INSTALL_DATADIR}/spikeloom/hw)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

configure_package_config_file(cmake/spikeloomConfig.cmake.in
  ${PROJECT_BINARY_DIR}/spikeloomConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/spikeloomConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/spikeloomConfig.cmake
  ${PROJECT_BINARY_DIR}/spikeloomConfigVersion.cmake DESTINATION ${package_dir})
