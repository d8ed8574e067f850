#include "pods/files/input_files.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "flyteidl/core/tasks.pb.h"
#include "pods/files/plain_value.h"
#include "pods/files/tar_writer.h"
#include "sandbox/base/encoding.h"
#include "values/stored_values.h"

namespace sandbox::pods {
namespace {

namespace core = flyteidl::core;

constexpr unsigned kOpenDirectory = 0777;  // the task need not be root
constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kPageObjects = 1000;
constexpr int kDepthMax = 100;

// A value that was written: as JSON and YAML show it, and as inputs.pb has it.
struct Written {
  PlainValue plain;
  core::Literal literal;
};

std::string FloatText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char buffer[400];
  const auto fixed = std::to_chars(buffer, std::end(buffer), value, std::chars_format::fixed);
  return std::string(buffer, fixed.ptr);
}

// The fraction cut to what is needed.
std::string ShortTime(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  return text + "Z";
}

PlainValue ToPlain(const google::protobuf::Value& value) {
  switch (value.kind_case()) {
    case google::protobuf::Value::kBoolValue: return {value.bool_value()};
    case google::protobuf::Value::kNumberValue: return {PlainValue::Number{JsonNumber(value.number_value())}};
    case google::protobuf::Value::kStringValue: return {value.string_value()};
    case google::protobuf::Value::kListValue: {
      PlainValue::List list;
      for (const google::protobuf::Value& element : value.list_value().values()) list.push_back(ToPlain(element));
      return {std::move(list)};
    }
    case google::protobuf::Value::kStructValue: {
      PlainValue::Map map;
      for (const auto& [key, element] : value.struct_value().fields()) map[key] = ToPlain(element);
      return {std::move(map)};
    }
    default: return {};
  }
}

// Text of the file and the plain value. A duration's is null there, as upstream has it.
std::pair<std::string, PlainValue> PrimitiveFile(const core::Primitive& primitive) {
  switch (primitive.value_case()) {
    case core::Primitive::kInteger: {
      const std::string text = std::to_string(primitive.integer());
      return {text, {PlainValue::Number{text}}};
    }
    case core::Primitive::kFloatValue:
      return {FloatText(primitive.float_value()), {PlainValue::Number{JsonNumber(primitive.float_value())}}};
    case core::Primitive::kBoolean: return {primitive.boolean() ? "true" : "false", {primitive.boolean()}};
    case core::Primitive::kStringValue: return {primitive.string_value(), {primitive.string_value()}};
    case core::Primitive::kDatetime: {
      const std::string text = FormatRfc3339(primitive.datetime().seconds(), primitive.datetime().nanos());
      return {text, {ShortTime(text)}};
    }
    case core::Primitive::kDuration:
      return {FormatGoDuration(DurationOf(primitive.duration().seconds(), primitive.duration().nanos())), {}};
    case core::Primitive::VALUE_NOT_SET: break;
  }
  return {"null", {}};
}

bool IsName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

class Packer {
 public:
  Packer(ObjectStore& objects, TarWriter& tar) : objects_(objects), tar_(tar) {}

  // `path` is without its leading slash, as the archive has it.
  Result<Written> Pack(const core::Literal& literal, const std::string& path, int depth) {
    if (depth > kDepthMax) return InvalidArgument("nested too deeply");
    switch (literal.value_case()) {
      case core::Literal::kScalar: return PackScalar(literal, path, depth);
      case core::Literal::kCollection: return PackCollection(literal.collection(), path, depth);
      case core::Literal::kMap: {
        Written out;
        auto plain = PackMap(literal.map(), *out.literal.mutable_map(), path, depth);
        if (!plain) return std::unexpected(std::move(plain.error()));
        out.plain = std::move(*plain);
        return out;
      }
      case core::Literal::kOffloadedMetadata: return PackOffloaded(literal.offloaded_metadata().uri(), path, depth);
      default: return InvalidArgument("a value of this kind cannot be handed over as a file");
    }
  }

  Result<PlainValue> PackMap(const core::LiteralMap& map, core::LiteralMap& written, const std::string& path,
                             int depth) {
    if (auto made = tar_.Directory(path, kOpenDirectory); !made) return std::unexpected(std::move(made.error()));
    PlainValue::Map plain;
    for (const auto& [key, literal] : map.literals()) {
      if (!IsName(key)) return InvalidArgument(Cat("[", key, "] cannot be the name of a file"));
      auto packed = Pack(literal, Cat(path, "/", key), depth + 1);
      if (!packed)
        return std::unexpected(std::move(packed.error()).While(Cat("preparing input [", key, "] as a file")));
      plain[key] = std::move(packed->plain);
      (*written.mutable_literals())[key] = std::move(packed->literal);
    }
    return PlainValue{std::move(plain)};
  }

 private:
  // The value itself, in inputs.pb too: nothing in the container need know how to find it.
  Result<Written> PackOffloaded(const std::string& uri, const std::string& path, int depth) {
    const engine::OffloadedValue value = values::ReadOffloaded(objects_, uri, values::kOwnBytesMax);
    if (!value.literal) return NotFound(Cat("its value cannot be read: ", value.error));
    return Pack(*value.literal, path, depth + 1);
  }

  Result<Written> PackCollection(const core::LiteralCollection& collection, const std::string& path, int depth) {
    if (auto made = tar_.Directory(path, kOpenDirectory); !made) return std::unexpected(std::move(made.error()));
    Written out;
    out.literal.mutable_collection();
    PlainValue::List list;
    for (int i = 0; i < collection.literals_size(); ++i) {
      auto packed = Pack(collection.literals(i), Cat(path, "/", i), depth + 1);
      if (!packed) return packed;
      list.push_back(std::move(packed->plain));
      *out.literal.mutable_collection()->add_literals() = std::move(packed->literal);
    }
    out.plain = {std::move(list)};
    return out;
  }

  Result<Written> PackScalar(const core::Literal& literal, const std::string& path, int depth) {
    const core::Scalar& scalar = literal.scalar();
    Written out{{}, literal};
    std::string text;
    switch (scalar.value_case()) {
      case core::Scalar::kPrimitive: std::tie(text, out.plain) = PrimitiveFile(scalar.primitive()); break;
      case core::Scalar::kNoneType: text = "null"; break;
      case core::Scalar::kUnion: return Pack(scalar.union_().value(), path, depth + 1);
      case core::Scalar::kBinary:
        text = scalar.binary().value();
        out.plain = {Base64(text)};
        break;
      case core::Scalar::kError:
        text = scalar.error().message();
        out.plain = {text};
        break;
      case core::Scalar::kGeneric: {
        google::protobuf::Value value;
        *value.mutable_struct_value() = scalar.generic();
        out.plain = ToPlain(value);
        text = ToJson(out.plain);
        break;
      }
      case core::Scalar::kBlob:
        return PackBlob(out, scalar.blob().uri(),
                        scalar.blob().metadata().type().dimensionality() == core::BlobType::MULTIPART, path);
      case core::Scalar::kSchema: return PackBlob(out, scalar.schema().uri(), true, path);
      case core::Scalar::kStructuredDataset:
        return InvalidArgument("a structured dataset cannot be handed over as a file");
      default: return InvalidArgument("a value of this kind cannot be handed over as a file");
    }
    if (auto put = tar_.File(path, text); !put) return std::unexpected(std::move(put.error()));
    return out;
  }

  Result<Written> PackBlob(Written out, const std::string& uri, bool multipart, const std::string& path) {
    const auto place = ParseObjectUri(uri);
    if (!place) return std::unexpected(place.error());
    Status packed = multipart ? PackFolder(*place, path) : PackObject(place->bucket, place->key, path);
    if (!packed) return std::unexpected(std::move(packed.error()).While(Cat("reading ", uri)));
    out.plain = {"/" + path};
    core::Scalar& scalar = *out.literal.mutable_scalar();
    if (scalar.has_blob()) scalar.mutable_blob()->set_uri("/" + path);
    if (scalar.has_schema()) scalar.mutable_schema()->set_uri("/" + path);
    return out;
  }

  Status PackObject(const std::string& bucket, const std::string& key, const std::string& path) {
    const auto reader = objects_.Open(bucket, key);
    if (!reader) return std::unexpected(reader.error());
    const uint64_t size = (*reader)->Info().size;
    if (auto begun = tar_.BeginFile(path, size); !begun) return begun;
    for (uint64_t at = 0; at < size;) {
      const auto piece = (*reader)->ReadAt(at, std::min<uint64_t>(kPieceBytes, size - at));
      if (!piece) return std::unexpected(piece.error());
      if (piece->empty()) return Internal("the object ends too early");
      if (auto put = tar_.Append(*piece); !put) return put;
      at += piece->size();
    }
    return {};
  }

  Status PackFolder(const ObjectUri& place, const std::string& path) {
    if (auto made = tar_.Directory(path, kOpenDirectory); !made) return made;
    const std::string prefix = place.key.empty() || place.key.ends_with('/') ? place.key : place.key + "/";
    bool any = false;
    std::string after;
    while (true) {
      const auto page = objects_.List(place.bucket, prefix, "", after, kPageObjects);
      if (!page) return std::unexpected(page.error());
      for (const ObjectInfo& object : page->objects) {
        const std::string below = object.key.substr(prefix.size());
        any = true;
        if (below.empty() || below.ends_with('/')) continue;  // what some tools put for a folder
        for (size_t at = 0; at <= below.size();) {
          const size_t end = std::min(below.find('/', at), below.size());
          if (!IsName(std::string_view(below).substr(at, end - at)))
            return InvalidArgument(Cat("[", below, "] cannot be the name of a file"));
          at = end + 1;
        }
        if (auto packed = PackObject(place.bucket, object.key, Cat(path, "/", below)); !packed) return packed;
      }
      if (!page->truncated) break;
      after = page->last;
    }
    if (!any) return NotFound("there is nothing below it");
    return {};
  }

  ObjectStore& objects_;
  TarWriter& tar_;
};

// Relative, as the archive has it, with the folders that lead there.
std::string Below(std::string_view path) {
  return std::string(path.substr(std::min(path.find_first_not_of('/'), path.size())));
}

}  // namespace

Status PackInputs(ObjectStore& objects, const FileInterface& files, const core::LiteralMap& inputs, Instant now) {
  TarWriter tar(now);
  if (auto opened = tar.Open(files.input_archive); !opened) return opened;
  if (!files.output_path.empty()) {
    if (auto made = tar.Directory(Below(files.output_path), kOpenDirectory); !made) return made;
  }
  if (!files.input_path.empty()) {
    const std::string folder = Below(files.input_path);
    Packer packer(objects, tar);
    core::LiteralMap local;
    auto plain = packer.PackMap(inputs, local, folder, 0);
    if (!plain) return std::unexpected(std::move(plain.error()));
    if (auto put = tar.File(folder + "/inputs.pb", local.SerializeAsString()); !put) return put;
    if (files.format == core::DataLoadingConfig::JSON) {
      if (auto put = tar.File(folder + "/inputs.json", ToJson(*plain)); !put) return put;
    } else if (files.format == core::DataLoadingConfig::YAML) {
      if (auto put = tar.File(folder + "/inputs.yaml", ToYaml(*plain)); !put) return put;
    }
  }
  return tar.Finish();
}

}  // namespace sandbox::pods
