# `cmake --install`, and the packages of CPack: a .deb and a tarball. The completions and the manual page are what the
# executable prints, so they are made when they are installed.

include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON) # the tests are not needed

set(printed ${CMAKE_BINARY_DIR}/printed)
install(CODE "
  file(MAKE_DIRECTORY ${printed})
  foreach(shell bash zsh fish)
    execute_process(COMMAND $<TARGET_FILE:sandbox> completion \${shell} OUTPUT_FILE ${printed}/\${shell}
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  execute_process(COMMAND $<TARGET_FILE:sandbox> help --man OUTPUT_FILE ${printed}/man COMMAND_ERROR_IS_FATAL ANY)
")
install(TARGETS sandbox RUNTIME)
install(FILES ${printed}/bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME sandbox)
install(FILES ${printed}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions RENAME _sandbox)
install(FILES ${printed}/fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME sandbox.fish)
install(FILES ${printed}/man DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 RENAME sandbox.1)
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/flyte-sandbox RENAME copyright)

set(CPACK_PACKAGE_NAME flyte-sandbox)
set(CPACK_PACKAGE_VENDOR "the authors of sandbox")
set(CPACK_PACKAGE_CONTACT "the authors of sandbox <sandbox@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "a whole Flyte platform for one machine, in one executable")
set(CPACK_PACKAGE_FILE_NAME flyte-sandbox-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.36)") # all else is linked statically
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "docker.io, kubernetes-client")
include(CPack)
