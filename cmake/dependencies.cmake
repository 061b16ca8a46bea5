# SPDX-License-Identifier: MIT
# Every outside library, found in one place. docs/dependencies.md says why each is here.
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(SQLite3 REQUIRED)
find_package(PNG REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(TurboJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
find_package(Protobuf REQUIRED)
find_package(Boost REQUIRED)
# Runs the Python host: the interpreter itself, which may stand behind a slow wrapper on the PATH.
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
execute_process(COMMAND ${Python3_EXECUTABLE} -c "import sys; print(sys.executable)"
                OUTPUT_VARIABLE ASSAY_PYTHON OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(ASSAY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  include(GoogleTest)
  # ONNX's conformance cases, one operator each (Debian's libonnx-testdata).
  find_path(ASSAY_ONNX_TESTDATA node/test_relu/model.onnx PATHS /usr/share/libonnx-testdata/data
            NO_DEFAULT_PATH REQUIRED)
endif()

# What protoc makes of a file of messages, as one library on protobuf's `runtime`; it lies below generated/`folder`.
function(assay_messages target folder proto runtime)
  set(generated ${CMAKE_BINARY_DIR}/generated/${folder})
  get_filename_component(source ${proto} DIRECTORY)
  get_filename_component(stem ${proto} NAME_WE)
  file(MAKE_DIRECTORY ${generated})
  add_custom_command(
    OUTPUT ${generated}/${stem}.pb.cc ${generated}/${stem}.pb.h
    COMMAND protobuf::protoc --proto_path=${source} --cpp_out=${generated} ${stem}.proto
    DEPENDS ${proto})
  add_library(${target} STATIC ${generated}/${stem}.pb.cc)
  target_include_directories(${target} SYSTEM PUBLIC ${generated})
  target_link_libraries(${target} PUBLIC ${runtime})
endfunction()

# ONNX's schema comes from the pinned onnx wheel; the code generated from it is ours to link as one library.
assay_sdk(onnx onnx_dir)
if(NOT EXISTS ${onnx_dir}/onnx/onnx.proto)
  message(FATAL_ERROR "${onnx_dir}/onnx/onnx.proto is missing: run ./demo.sh --setup-only")
endif()
assay_messages(assay_onnx_proto onnx ${onnx_dir}/onnx/onnx.proto protobuf::libprotobuf)

# The report's charts: lies at share/assay/ beside bin/, in the build as in the installation.
assay_sdk(plotly plotly_dir)
set(ASSAY_PLOTLY_JS ${plotly_dir}/plotly/package_data/plotly.min.js)
if(NOT EXISTS ${ASSAY_PLOTLY_JS})
  message(FATAL_ERROR "${ASSAY_PLOTLY_JS} is missing: run ./demo.sh --setup-only")
endif()
configure_file(${ASSAY_PLOTLY_JS} ${CMAKE_BINARY_DIR}/share/assay/plotly.min.js COPYONLY)
install(FILES ${ASSAY_PLOTLY_JS} DESTINATION share/assay)

# Engines. One that is not found here is left out by assay_worker().
if(NOT ASSAY_FOREIGN_ENGINES)
  return()
endif()

# The library is in its wheel, the headers in Debian's package (docs/dependencies.md).
assay_sdk(onnxruntime onnxruntime_dir)
assay_sdk(onnxruntime-headers onnxruntime_headers)
function(assay_onnxruntime target folder)
  file(GLOB library ${folder}/onnxruntime/capi/libonnxruntime.so.*.*)
  if(library AND EXISTS ${onnxruntime_headers}/onnxruntime_c_api.h)
    add_library(${target} SHARED IMPORTED)
    set_target_properties(${target} PROPERTIES IMPORTED_LOCATION ${library}
                          INTERFACE_INCLUDE_DIRECTORIES ${onnxruntime_headers})
  endif()
endfunction()
assay_onnxruntime(onnxruntime::onnxruntime ${onnxruntime_dir})
assay_other_versions(onnxruntime onnxruntime_versions)
foreach(version ${onnxruntime_versions})
  assay_onnxruntime(onnxruntime_${version} ${ASSAY_SDK}/onnxruntime/${version})
endforeach()

assay_sdk(openvino openvino_dir)
find_package(OpenVINO QUIET COMPONENTS Runtime
             PATHS ${openvino_dir}/openvino/cmake NO_DEFAULT_PATH)
assay_other_versions(openvino openvino_versions)
foreach(version ${openvino_versions})  # find_package finds one version only
  set(folder ${ASSAY_SDK}/openvino/${version}/openvino)
  file(GLOB library ${folder}/libs/libopenvino.so.*)
  add_library(openvino_${version} SHARED IMPORTED)
  set_target_properties(openvino_${version} PROPERTIES IMPORTED_LOCATION ${library}
                        INTERFACE_INCLUDE_DIRECTORIES ${folder}/include)
endforeach()

# LibTorch's CPU half needs two CUDA libraries to start, though no GPU; its own search path does not
# lead to them, so the worker's does: an RPATH, because a RUNPATH is not for the libraries of libraries.
assay_sdk(torch torch_dir)
assay_sdk(nvidia-cuda-runtime cudart_dir)
assay_sdk(nvidia-cuda-cupti cupti_dir)
if(EXISTS ${torch_dir}/torch/lib/libtorch_cpu.so AND EXISTS ${cudart_dir}/nvidia AND EXISTS ${cupti_dir}/nvidia)
  add_library(libtorch::libtorch INTERFACE IMPORTED)
  target_include_directories(libtorch::libtorch SYSTEM INTERFACE ${torch_dir}/torch/include)
  target_link_libraries(libtorch::libtorch INTERFACE ${torch_dir}/torch/lib/libtorch_cpu.so
                        ${torch_dir}/torch/lib/libc10.so)
  target_link_options(libtorch::libtorch INTERFACE -Wl,--disable-new-dtags
                      -Wl,-rpath,${cudart_dir}/nvidia/cu13/lib:${cupti_dir}/nvidia/cu13/lib)
endif()

# Loaded by the worker itself, because it exports a protobuf of its own (engines/tensorflow/api.h).
assay_sdk(tensorflow tensorflow_dir)
set(tensorflow_library ${tensorflow_dir}/tensorflow/libtensorflow_cc.so.2)
if(EXISTS ${tensorflow_library})
  assay_messages(assay_tensorflow tensorflow ${PROJECT_SOURCE_DIR}/src/engines/tensorflow/messages.proto
                 protobuf::libprotobuf-lite)
  target_include_directories(assay_tensorflow SYSTEM PUBLIC ${tensorflow_dir}/tensorflow/include)
  target_compile_definitions(assay_tensorflow PUBLIC ASSAY_TENSORFLOW_LIBRARY="${tensorflow_library}")
  target_link_libraries(assay_tensorflow PUBLIC ${CMAKE_DL_LIBS})
endif()

# The wheel has no headers: what is used of them is declared in engines/litert/api.h. FlatBuffers
# (headers only) writes the file that it loads.
assay_sdk(litert litert_dir)
find_path(ASSAY_FLATBUFFERS flatbuffers/flatbuffers.h)
if(EXISTS ${litert_dir}/ai_edge_litert/libLiteRt.so AND ASSAY_FLATBUFFERS)
  get_filename_component(litert_version ${litert_dir} NAME)
  add_library(litert::litert SHARED IMPORTED)
  set_target_properties(litert::litert PROPERTIES
                        IMPORTED_LOCATION ${litert_dir}/ai_edge_litert/libLiteRt.so
                        INTERFACE_INCLUDE_DIRECTORIES ${ASSAY_FLATBUFFERS}
                        INTERFACE_COMPILE_DEFINITIONS ASSAY_LITERT_VERSION="${litert_version}")
endif()

# The last wheel of PyTorch that has Caffe2. Its net is given as a message of protobuf, in bytes.
assay_sdk(caffe2 caffe2_dir)
if(EXISTS ${caffe2_dir}/torch/lib/libtorch_cpu.so)
  get_filename_component(caffe2_version ${caffe2_dir} NAME)
  add_library(caffe2::caffe2 INTERFACE IMPORTED)
  target_include_directories(caffe2::caffe2 SYSTEM INTERFACE ${caffe2_dir}/torch/include)
  target_link_libraries(caffe2::caffe2 INTERFACE ${caffe2_dir}/torch/lib/libtorch_cpu.so
                        ${caffe2_dir}/torch/lib/libc10.so)
  # It was linked without some of MKL's symbols, which nothing here reaches: they are looked up when called.
  target_link_options(caffe2::caffe2 INTERFACE -Wl,--unresolved-symbols=ignore-in-shared-libs,-z,lazy)

  assay_messages(assay_caffe2 caffe2 ${PROJECT_SOURCE_DIR}/src/engines/caffe2/messages.proto
                 protobuf::libprotobuf-lite)
  target_compile_definitions(assay_caffe2 PUBLIC ASSAY_CAFFE2_VERSION="${caffe2_version}")
endif()
