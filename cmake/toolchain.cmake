if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "clang 19 is needed (gcc 12 miscompiles everyday coroutine shapes); use a preset: cmake --preset release")
endif()

# Flags of our own code; generated code has its own.
add_library(sandbox_flags INTERFACE)
target_compile_options(sandbox_flags INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers -Wthread-safety)
add_link_options(-fuse-ld=lld)
