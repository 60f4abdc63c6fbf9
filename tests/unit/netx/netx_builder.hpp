#pragma once
// Small netx files, field by field.

#include <functional>
#include <string>
#include <vector>

#include "models/base/hdf5_writer.hpp"
#include "models/lowering/netx.hpp"
#include "tests/unit/network/temporary_file.hpp"

namespace spikeloom_test {

/// The layers of a file being written; paths are below "/layer".
class NetxBuilder {
 public:
  explicit NetxBuilder(const std::string& path) : writer_(path) {}

  NetxBuilder& number(const std::string& field, double value) {
    writer_.write_scalar<double>("/layer/" + field, value);
    return *this;
  }
  /// A field beside the layers.
  NetxBuilder& beside(const std::string& field, double value) {
    writer_.write_scalar<double>("/" + field, value);
    return *this;
  }
  NetxBuilder& numbers(const std::string& field,
                       const std::vector<std::size_t>& shape,
                       const std::vector<double>& values) {
    writer_.write<double>("/layer/" + field, shape, values);
    return *this;
  }
  NetxBuilder& text(const std::string& field, const std::string& value) {
    writer_.write_string("/layer/" + field, value);
    return *this;
  }

  /// Type and shape.
  NetxBuilder& layer(std::size_t index, const std::string& type, const std::vector<double>& shape) {
    at_ = std::to_string(index) + "/";
    return text(at_ + "type", type).numbers(at_ + "shape", {shape.size()}, shape);
  }
  /// Of the last layer.
  NetxBuilder& cuba(double current_decay = 4096, double voltage_decay = 0, double threshold = 10) {
    return text(at_ + "neuron/type", "CUBA")
        .number(at_ + "neuron/iDecay", current_decay)
        .number(at_ + "neuron/vDecay", voltage_decay)
        .number(at_ + "neuron/vThMant", threshold);
  }
  NetxBuilder& weight(const std::vector<std::size_t>& shape, const std::vector<double>& values) {
    return numbers(at_ + "weight", shape, values);
  }
  void finish() { writer_.finish(); }

 private:
  spikeloom::Hdf5Writer writer_;
  std::string at_;
};

using Build = std::function<void(NetxBuilder&)>;

inline spikeloom::LoweredNetwork read_built(const Build& build,
                                            const spikeloom::Arithmetic& arithmetic,
                                            const spikeloom::NetxOptions& options = {}) {
  const TemporaryFile file("network.net");
  NetxBuilder builder(file.path());
  build(builder);
  builder.finish();
  return spikeloom::read_netx(file.path(), arithmetic, options);
}

}  // namespace spikeloom_test
