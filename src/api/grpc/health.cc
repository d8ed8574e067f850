#include "api/grpc/health.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

namespace sandbox::api {
namespace {

namespace pb = google::protobuf;

enum class HealthStatus { kServing = 1, kServiceUnknown = 3 };

// HealthCheckRequest{string service = 1} and HealthCheckResponse{ServingStatus status = 1}, whose enum is a varint.
class Messages {
 public:
  Messages() {
    pb::FileDescriptorProto file;
    file.set_name("sandbox/health.proto");
    file.set_package("grpc.health.v1");
    file.set_syntax("proto3");
    Add(file, "HealthCheckRequest", "service", pb::FieldDescriptorProto::TYPE_STRING);
    Add(file, "HealthCheckResponse", "status", pb::FieldDescriptorProto::TYPE_INT32);
    const pb::FileDescriptor* built = pool_.BuildFile(file);
    request = factory_.GetPrototype(built->message_type(0));
    response = factory_.GetPrototype(built->message_type(1));
  }

  static std::string ServiceOf(const pb::Message& asked) {
    return asked.GetReflection()->GetString(asked, asked.GetDescriptor()->field(0));
  }
  static void Set(pb::Message& answer, HealthStatus status) {
    answer.GetReflection()->SetInt32(&answer, answer.GetDescriptor()->field(0), static_cast<int>(status));
  }

  const pb::Message* request = nullptr;
  const pb::Message* response = nullptr;

 private:
  static void Add(pb::FileDescriptorProto& file, const char* name, const char* field,
                  pb::FieldDescriptorProto::Type type) {
    pb::DescriptorProto& message = *file.add_message_type();
    message.set_name(name);
    pb::FieldDescriptorProto& only = *message.add_field();
    only.set_name(field);
    only.set_number(1);
    only.set_type(type);
    only.set_label(pb::FieldDescriptorProto::LABEL_OPTIONAL);
  }

  pb::DescriptorPool pool_;
  pb::DynamicMessageFactory factory_;
};

const Messages& TheMessages() {
  static const Messages& messages = *new Messages();
  return messages;
}

bool Serves(const pb::Message& asked) {
  const std::string service = Messages::ServiceOf(asked);
  return service.empty() || service == "flyteadmin";
}

}  // namespace

void AddHealthMethods(MethodTable& table) {
  const Messages& messages = TheMessages();
  Method check{messages.request, messages.response, {}, {}};
  check.call = [](const pb::Message& asked, pb::Message* answer, const std::function<void(Status)>& done) {
    if (!Serves(asked)) return done(NotFound("unknown service"));
    Messages::Set(*answer, HealthStatus::kServing);
    done({});
  };
  table.AddMethod(Cat(kHealthService, "/Check"), std::move(check));
  Method watch{messages.request, messages.response, {}, {}};
  watch.stream = [prototype = messages.response](const pb::Message& asked, std::shared_ptr<AnswerStream> stream) {
    const std::unique_ptr<pb::Message> answer(prototype->New());
    Messages::Set(*answer, Serves(asked) ? HealthStatus::kServing : HealthStatus::kServiceUnknown);
    stream->Write(*answer);
  };
  table.AddMethod(Cat(kHealthService, "/Watch"), std::move(watch));
}

}  // namespace sandbox::api
