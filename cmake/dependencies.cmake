# SPDX-License-Identifier: MIT
# Every outside library, found in one place. docs/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(SQLite3 REQUIRED)
find_package(Protobuf REQUIRED)
find_package(Boost REQUIRED)
if(ASSAY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  include(GoogleTest)
  # ONNX's conformance cases, one operator each (Debian's libonnx-testdata).
  find_path(ASSAY_ONNX_TESTDATA node/test_relu/model.onnx PATHS /usr/share/libonnx-testdata/data
            NO_DEFAULT_PATH REQUIRED)
endif()

# ONNX's schema comes from the pinned onnx wheel; the code generated from it is ours to link as one library.
set(onnx_proto_dir ${ASSAY_SDK}/onnx/current/onnx)
if(NOT EXISTS ${onnx_proto_dir}/onnx.proto)
  message(FATAL_ERROR "onnx.proto is not in the SDK folder '${ASSAY_SDK}': run ./demo.sh --setup-only")
endif()
set(onnx_generated ${CMAKE_BINARY_DIR}/generated/onnx)
file(MAKE_DIRECTORY ${onnx_generated})
add_custom_command(
  OUTPUT ${onnx_generated}/onnx.pb.cc ${onnx_generated}/onnx.pb.h
  COMMAND protobuf::protoc --proto_path=${onnx_proto_dir} --cpp_out=${onnx_generated} onnx.proto
  DEPENDS ${onnx_proto_dir}/onnx.proto)
add_library(assay_onnx_proto STATIC ${onnx_generated}/onnx.pb.cc)
target_include_directories(assay_onnx_proto SYSTEM PUBLIC ${onnx_generated})
target_link_libraries(assay_onnx_proto PUBLIC protobuf::libprotobuf)

# ONNX Runtime: the library from its wheel, the headers from Debian's package (see docs/dependencies.md).
set(onnxruntime_dir ${ASSAY_SDK}/onnxruntime/current)
file(GLOB onnxruntime_library ${onnxruntime_dir}/onnxruntime/capi/libonnxruntime.so.*)
if(onnxruntime_library AND EXISTS ${ASSAY_SDK}/onnxruntime-headers/current/onnxruntime_c_api.h)
  set(ASSAY_ONNXRUNTIME_FOUND ON)
  list(GET onnxruntime_library 0 onnxruntime_library)
  # The wheel has the library under its full version only; programs look for its soname.
  set(onnxruntime_soname ${CMAKE_BINARY_DIR}/lib/libonnxruntime.so.1)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
  file(CREATE_LINK ${onnxruntime_library} ${onnxruntime_soname} SYMBOLIC)
  install(FILES ${onnxruntime_soname} DESTINATION libexec/assay)
  add_library(onnxruntime::onnxruntime SHARED IMPORTED)
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
                        IMPORTED_LOCATION ${onnxruntime_soname}
                        INTERFACE_INCLUDE_DIRECTORIES ${ASSAY_SDK}/onnxruntime-headers/current)
endif()
find_package(OpenVINO QUIET COMPONENTS Runtime PATHS ${ASSAY_SDK}/openvino/current/openvino/cmake NO_DEFAULT_PATH)
