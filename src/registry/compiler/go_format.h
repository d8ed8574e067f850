#pragma once

// How Go prints scalars. Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace sandbox::registry {

// A number of prototext: Go's with the fewest digits, and nan, inf, -inf.
std::string GoFloat(double value);
std::string GoFloat(float value);

// The double that Go's JSON decoder reads from the JSON text of a 32-bit float.
double JsonFloat(float value);

// A string of prototext, quoted and escaped.
void AppendGoQuoted(std::string_view text, std::string& out);

// The key of a map entry that is not a string, as a number that sorts.
int64_t MapKeyNumber(const google::protobuf::Message& entry, const google::protobuf::FieldDescriptor& key);
// The key of a map entry as the name of a JSON member.
std::string MapKeyText(const google::protobuf::Message& entry, const google::protobuf::FieldDescriptor& key);

}  // namespace sandbox::registry
