# SPDX-License-Identifier: MIT
# The SDK folder that tools/setup.sh fills, and where in it the rows of tools/wheels.lock lie.
if(NOT "$ENV{ASSAY_SDK}" STREQUAL "")
  set(sdk_default $ENV{ASSAY_SDK})
elseif(NOT "$ENV{XDG_CACHE_HOME}" STREQUAL "")
  set(sdk_default $ENV{XDG_CACHE_HOME}/assay/sdk)
else()
  set(sdk_default $ENV{HOME}/.cache/assay/sdk)
endif()
set(ASSAY_SDK ${sdk_default} CACHE PATH "Folder with the engines' SDKs, filled by tools/setup.sh")

set(ASSAY_LOCK ${PROJECT_SOURCE_DIR}/tools/wheels.lock)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ASSAY_LOCK})

# assay_sdk(<row's name> <variable>): its folder, whether or not it is installed.
function(assay_sdk name variable)
  string(REPLACE "." "\\." pattern ${name})
  file(STRINGS ${ASSAY_LOCK} row LIMIT_COUNT 1 REGEX "^[^#]+ ${pattern} ")
  if(NOT row)
    message(FATAL_ERROR "tools/wheels.lock has no row '${name}'")
  endif()
  string(REGEX REPLACE " +" ";" row "${row}")
  list(GET row 3 version)
  set(${variable} ${ASSAY_SDK}/${name}/${version} PARENT_SCOPE)
endfunction()

# assay_python_environment(<group> <variable>): the interpreter of the group's environment, whether
# or not it is installed; its version is that of the group's first row.
function(assay_python_environment group variable)
  file(STRINGS ${ASSAY_LOCK} row LIMIT_COUNT 1 REGEX "^${group} +python ")
  string(REGEX REPLACE " +" ";" row "${row}")
  list(GET row 3 version)
  set(${variable} ${ASSAY_SDK}/${group}-python/${version}/bin/python PARENT_SCOPE)
endfunction()

# assay_other_versions(<engine> <variable>): the versions of an engine that may stand beside its own,
# of those that are installed.
function(assay_other_versions engine variable)
  file(STRINGS ${ASSAY_LOCK} rows REGEX "^${engine}@[^ ]+ +wheel +${engine} ")
  set(versions "")
  foreach(row ${rows})
    string(REGEX REPLACE "^[^@]+@([^ ]+) .*" "\\1" version "${row}")
    if(EXISTS ${ASSAY_SDK}/${engine}/${version})
      list(APPEND versions ${version})
    endif()
  endforeach()
  set(${variable} ${versions} PARENT_SCOPE)
endfunction()
