# The console's page as a library that is linked into the executable: the embedded_ui folder, built by Node.js while
# the compiler works on the rest.
option(SANDBOX_CONSOLE "build the console's page; OFF: a placeholder, which needs no Node.js" ON)
set(console_out ${CMAKE_BINARY_DIR}/console)
set(console_tools scripts/build-console scripts/fetch-node scripts/npm_package.py third_party/node.json
  cmake/console_placeholder.html)
list(TRANSFORM console_tools PREPEND ${CMAKE_SOURCE_DIR}/)
add_custom_command(OUTPUT ${console_out}/console.S DEPENDS ${console_tools} DEPFILE ${console_out}/console.d
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/build-console ${console_out} "$<$<NOT:$<BOOL:${SANDBOX_CONSOLE}>>:--placeholder>"
  COMMENT "Building the console" VERBATIM COMMAND_EXPAND_LISTS)
add_custom_target(console DEPENDS ${console_out}/console.S)
add_library(sandbox_console_files STATIC ${console_out}/console.S)
add_dependencies(sandbox_console_files console)
