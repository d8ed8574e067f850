# sandbox_layer(NAME SOURCES ... LINK ...)
#
# One static library for one row of the table of allowed arrows (docs/architecture.md). LINK is that row: what is not in
# it is not on the include path, so a forbidden include of a third party does not compile. Sources are listed, never
# globbed; scripts/dev/unlisted reports files that no target lists.
function(sandbox_layer name)
  cmake_parse_arguments(LAYER "" "" "SOURCES;LINK" ${ARGN})
  add_library(sandbox_${name} STATIC ${LAYER_SOURCES})
  target_include_directories(sandbox_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(sandbox_${name} PUBLIC ${LAYER_LINK} PRIVATE sandbox_flags)
endfunction()

# sandbox_fuzz(NAME SOURCE LINK...): LLVMFuzzerTestOneInput in SOURCE. With SANDBOX_FUZZ (preset fuzz) a fuzzer that scripts/dev/fuzz runs;
# otherwise a test that replays the corpus, tests/fuzz/corpus/NAME.
option(SANDBOX_FUZZ "build fuzzers" OFF)
function(sandbox_fuzz name source)
  add_executable(fuzz_${name} ${source})
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN} sandbox_flags)
  target_include_directories(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  if(SANDBOX_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cc)
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
