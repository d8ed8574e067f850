# sandbox_layer(NAME [COLD] SOURCES ... LINK ...)
#
# One static library for one row of the table of allowed arrows (docs/architecture.md). LINK is that row: what is not in
# it is not on the include path, so a forbidden include of a third party does not compile. Sources are listed, never
# globbed; scripts/dev/unlisted reports files that no target lists. COLD: see sandbox_cold.
function(sandbox_layer name)
  cmake_parse_arguments(LAYER "COLD" "" "SOURCES;LINK" ${ARGN})
  add_library(sandbox_${name} STATIC)
  sandbox_sources(sandbox_${name} ${LAYER_SOURCES})
  target_include_directories(sandbox_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(sandbox_${name} PUBLIC ${LAYER_LINK} PRIVATE sandbox_flags)
  if(LAYER_COLD)
    sandbox_cold(sandbox_${name})
  endif()
endfunction()

# sandbox_cold(TARGET): code that waits for other programs or runs once. Optimised lightly in a release: the inliner's
# work on Asio's and JSON's templates is half of such a file's time and saves nobody anything.
function(sandbox_cold target)
  target_compile_options(${target} PRIVATE "$<$<CONFIG:Release>:SHELL:-O1 -mllvm -inline-threshold=20>")
endfunction()

# sandbox_sources(TARGET SOURCE...): more sources of a layer, from this folder. With SANDBOX_UNITY (preset release)
# the compiler gets them in batches, because most of its time goes into the headers that they share: the unnamed
# namespace then spans a batch, so two of its files cannot define the same name.
option(SANDBOX_UNITY "compile the sources of a folder in batches" OFF)
function(sandbox_sources target)
  if(SANDBOX_UNITY)
    sandbox_batches(${target} ${CMAKE_SOURCE_DIR}/src 12 SOURCES ${ARGN})
  else()
    target_sources(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# sandbox_batches(TARGET ROOT SIZE [RENAME NAME...] SOURCES SOURCE...): files for TARGET that include at most SIZE
# sources each. They name them by the path below ROOT, which has to be an include folder, so that ccache knows them
# again in a clone elsewhere. Sources outside of ROOT stay as they are. RENAME: names that every source defines for
# itself.
function(sandbox_batches target root size)
  cmake_parse_arguments(BATCH "" "" "RENAME;SOURCES" ${ARGN})
  set(inside "")
  foreach(source IN LISTS BATCH_SOURCES)
    cmake_path(ABSOLUTE_PATH source)
    cmake_path(IS_PREFIX root ${source} is_inside)
    if(is_inside)
      cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${root})
      list(APPEND inside ${source})
    else()
      target_sources(${target} PRIVATE ${source})
    endif()
  endforeach()
  list(LENGTH inside count)
  math(EXPR batches "(${count} + ${size} - 1) / ${size}")
  math(EXPR even "(${count} + ${batches} - 1) / ${batches}")
  foreach(batch RANGE 1 ${batches})
    math(EXPR first "(${batch} - 1) * ${even}")
    list(SUBLIST inside ${first} ${even} sources)
    set(includes "")
    foreach(source IN LISTS sources)
      string(MAKE_C_IDENTIFIER ${source} own)
      foreach(name IN LISTS BATCH_RENAME)
        string(APPEND includes "#undef ${name}\n#define ${name} ${name}_${own}\n")
      endforeach()
      string(APPEND includes "#include \"${source}\"\n")
    endforeach()
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${target}_${batch}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${includes}" @ONLY)
    target_sources(${target} PRIVATE ${file})
  endforeach()
endfunction()

# sandbox_fuzz(NAME SOURCE LINK...): LLVMFuzzerTestOneInput in SOURCE. With SANDBOX_FUZZ (preset fuzz) a fuzzer that
# scripts/dev/fuzz runs; otherwise a test that replays the corpus, tests/fuzz/corpus/NAME.
option(SANDBOX_FUZZ "build fuzzers" OFF)
function(sandbox_fuzz name source)
  add_executable(fuzz_${name} ${source})
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN} sandbox_flags)
  target_include_directories(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  if(SANDBOX_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_link_libraries(fuzz_${name} PRIVATE fuzz_replay)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    set_tests_properties(fuzz_${name} PROPERTIES LABELS unit)
  endif()
endfunction()

# sandbox_test(NAME SOURCES ... LINK ...): one Catch2 program, registered with ctest under NAME.
function(sandbox_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK;ARGS;LABELS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${TEST_LINK} sandbox_catch_main sandbox_flags)
  add_test(NAME ${name} COMMAND ${name} ${TEST_ARGS})
  if(TEST_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${TEST_LABELS}")
  endif()
endfunction()
