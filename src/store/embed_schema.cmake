# cmake -DOUT=schema.cc -DFILES=0001_a.sql;0002_b.sql -P embed_schema.cmake: migrations as string literals, in order.
set(body "")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  string(APPEND body "    R\"sql(${text})sql\",\n")
endforeach()
file(WRITE ${OUT} "#include \"store/schema.h\"\n\nnamespace sandbox::store {\n
const std::vector<std::string_view>& Migrations() {\n\
  static const std::vector<std::string_view> kMigrations = {\n${body}  };\n  return kMigrations;\n}\n
}  // namespace sandbox::store\n")
