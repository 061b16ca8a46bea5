# SPDX-License-Identifier: MIT
# cmake -DOUTPUT=... -DHTML=... -DCSS=... -DSCRIPTS=a.js|b.js -P embed_templates.cmake
# Writes the source behind src/report/page_templates.h: the files as raw string literals.
string(REPLACE "|" ";" SCRIPTS "${SCRIPTS}")
file(READ "${HTML}" html)
file(READ "${CSS}" css)
set(script "")
foreach(path IN LISTS SCRIPTS)
  file(READ "${path}" part)
  string(APPEND script "${part}")
endforeach()
file(WRITE "${OUTPUT}" "#include \"report/page_templates.h\"

namespace assay {

PageTemplates page_templates() {
  return {R\"TEMPLATE(${html})TEMPLATE\", R\"TEMPLATE(${css})TEMPLATE\", R\"TEMPLATE(${script})TEMPLATE\"};
}

}  // namespace assay
")
