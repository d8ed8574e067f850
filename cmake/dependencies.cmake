# Everything but glibc is linked statically, so that the executable runs on a bare machine.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

set(OPENSSL_USE_STATIC_LIBS ON)
find_package(OpenSSL REQUIRED)

find_package(Boost 1.81 REQUIRED)  # headers only

# Imported from pkg-config with the static archives of every library in its closure.
#   sandbox_import(TARGET MODULE [DYNAMIC_LIBRARY...]): libraries that stay dynamic (part of glibc).
function(sandbox_import target module)
  pkg_check_modules(${target}_PC REQUIRED ${module})
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${target}_PC_STATIC_INCLUDE_DIRS})
  target_compile_options(${target} INTERFACE ${${target}_PC_STATIC_CFLAGS_OTHER})
  set(archives "")
  foreach(library IN LISTS ${target}_PC_STATIC_LIBRARIES)
    if(library MATCHES "^(pthread|dl|rt|m|c)$")
      continue()
    endif()
    if(library STREQUAL "atomic")
      list(APPEND archives -l:libatomic.a)  # in the compiler's own folder
      continue()
    endif()
    find_library(${target}_${library}_ARCHIVE NAMES lib${library}.a)
    if(${target}_${library}_ARCHIVE)
      list(APPEND archives ${${target}_${library}_ARCHIVE})
    else()
      list(APPEND archives ${library})
    endif()
  endforeach()
  if(archives)
    target_link_libraries(${target} INTERFACE -Wl,--start-group ${archives} -Wl,--end-group Threads::Threads
      ${CMAKE_DL_LIBS})
  endif()
endfunction()

sandbox_import(dep_protobuf protobuf)
sandbox_import(dep_grpc grpc++)
sandbox_import(dep_sqlite sqlite3)
sandbox_import(dep_zlib zlib)
sandbox_import(dep_re2 re2)
find_library(GRPC_REFLECTION_ARCHIVE NAMES libgrpc++_reflection.a REQUIRED)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

add_library(dep_openssl INTERFACE)
target_link_libraries(dep_openssl INTERFACE OpenSSL::SSL OpenSSL::Crypto ${CMAKE_DL_LIBS})

# Asio and Beast are compiled once, not in every source that includes them. Sources that use no TLS leave its object
# out.
set(boost_sources "")
foreach(header asio/impl/src asio/ssl/impl/src beast/src)
  string(MAKE_C_IDENTIFIER ${header} name)
  set(source ${CMAKE_BINARY_DIR}/boost/${name}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include <boost/${header}.hpp>\n")
  list(APPEND boost_sources ${source})
endforeach()
add_library(boost_compiled STATIC ${boost_sources})
target_compile_definitions(boost_compiled PUBLIC
  BOOST_ASIO_NO_DEPRECATED BOOST_ALL_NO_LIB BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_compile_options(boost_compiled PRIVATE -w)
target_link_libraries(boost_compiled PUBLIC Boost::headers Threads::Threads PRIVATE dep_openssl)

add_library(dep_boost INTERFACE)
target_link_libraries(dep_boost INTERFACE boost_compiled)

# Processes (Boost.Process, its second interface: headers only, with the paths of the standard library).
add_library(dep_process INTERFACE)
target_compile_definitions(dep_process INTERFACE BOOST_PROCESS_USE_STD_FS)
target_link_libraries(dep_process INTERFACE dep_boost)

# Debian's sources of cpp-httplib, compiled here: its package has a shared library only. Plain HTTP needs no TLS and no
# compression.
set(HTTPLIB_DIR ${CMAKE_BINARY_DIR}/httplib)
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/fetch-httplib ${HTTPLIB_DIR} COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/third_party/httplib.json
  ${CMAKE_SOURCE_DIR}/scripts/fetch-httplib ${CMAKE_SOURCE_DIR}/scripts/debian_source.py)
add_library(dep_httplib STATIC ${HTTPLIB_DIR}/httplib.cc)
target_compile_options(dep_httplib PRIVATE -w)
target_compile_definitions(dep_httplib PUBLIC CPPHTTPLIB_USE_POLL)
target_include_directories(dep_httplib SYSTEM PUBLIC ${HTTPLIB_DIR})
target_link_libraries(dep_httplib PUBLIC Threads::Threads)

# Likewise the core of prometheus-cpp, without its server and its client of a gateway.
set(PROMETHEUS_DIR ${CMAKE_BINARY_DIR}/prometheus)
execute_process(COMMAND ${CMAKE_SOURCE_DIR}/scripts/fetch-prometheus ${PROMETHEUS_DIR} COMMAND_ERROR_IS_FATAL ANY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/third_party/prometheus.json
  ${CMAKE_SOURCE_DIR}/scripts/fetch-prometheus)
file(GLOB_RECURSE prometheus_sources ${PROMETHEUS_DIR}/src/*.cc)
add_library(dep_prometheus STATIC ${prometheus_sources})
target_compile_options(dep_prometheus PRIVATE -w)
target_include_directories(dep_prometheus SYSTEM PUBLIC ${PROMETHEUS_DIR}/include)

# Header only: nlohmann/json, CLI11 (1.x layout of Debian).
add_library(dep_json INTERFACE)
add_library(dep_cli11 INTERFACE)
sandbox_import(dep_pugixml pugixml)
sandbox_import(dep_yaml yaml-cpp)
