if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR
    "clang 19 is needed (gcc 12 miscompiles everyday coroutine shapes); use a preset: cmake --preset release")
endif()

# Flags of our own code; generated code has its own.
add_library(sandbox_flags INTERFACE)
target_compile_options(sandbox_flags INTERFACE -Wall -Wextra -Werror -Wno-missing-field-initializers -Wthread-safety)

# Neither is needed for an executable that works.
find_program(CCACHE_PROGRAM ccache)
find_program(LLD_PROGRAM NAMES ld.lld-19 ld.lld)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ccache)
else()
  message(NOTICE "No compiler cache: ccache is missing, another clone compiles everything again")
endif()
if(LLD_PROGRAM)
  add_link_options(-fuse-ld=lld)
else()
  message(NOTICE "The default linker is used: lld is missing, linking takes longer")
endif()
