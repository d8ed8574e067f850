# cmake -DINPUT=FILE -DOUTPUT=FILE.cc -DNAME=kName -DNAMESPACE=a::b -P embed.cmake
#
# A file as `extern const std::string_view NAME`.
file(READ ${INPUT} content HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" content "${content}")
set(byte "(\\\\x[0-9a-f][0-9a-f])")
string(REGEX REPLACE "(${byte}${byte}?${byte}?${byte}?${byte}?${byte}?${byte}?${byte}?)" "    \"\\1\"\n" content
  "${content}")
file(SIZE ${INPUT} size)
file(WRITE ${OUTPUT} "#include <string_view>\n\nnamespace ${NAMESPACE} {\nextern const std::string_view ${NAME};\n\
const std::string_view ${NAME}(\n${content}    , ${size});\n}  // namespace ${NAMESPACE}\n")
