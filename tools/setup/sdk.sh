# SPDX-License-Identifier: MIT
# Where the SDK folder is; cmake/sdk.cmake has the same default. Sourced.
sdk=${ASSAY_SDK:-${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/assay/sdk}
