# SPDX-License-Identifier: MIT
# What the html renderer needs from the build: the templates inside the library. (plotly.min.js goes
# to share/assay in cmake/dependencies.cmake.)
set(page_dir ${CMAKE_CURRENT_SOURCE_DIR}/report/templates)
set(page_scripts theme.js figures.js table.js details.js charts.js page.js)  # in this order
list(TRANSFORM page_scripts PREPEND ${page_dir}/)
list(JOIN page_scripts "|" page_scripts_joined)
set(page_source ${CMAKE_BINARY_DIR}/generated/report/page_templates.cc)
set(page_embed ${PROJECT_SOURCE_DIR}/cmake/embed_templates.cmake)
add_custom_command(
  OUTPUT ${page_source}
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${page_source} -DHTML=${page_dir}/page.html -DCSS=${page_dir}/page.css
          "-DSCRIPTS=${page_scripts_joined}" -P ${page_embed}
  DEPENDS ${page_dir}/page.html ${page_dir}/page.css ${page_scripts} ${page_embed}
  VERBATIM)
target_sources(report PRIVATE ${page_source})
