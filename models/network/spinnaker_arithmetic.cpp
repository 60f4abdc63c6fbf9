#include "models/network/spinnaker_arithmetic.hpp"

#include <nlohmann/json.hpp>

namespace spikeloom {

SpinnakerArithmetic read_spinnaker_arithmetic(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  SpinnakerArithmetic arithmetic;
  arithmetic.weight_bits = static_cast<std::uint32_t>(
      reader.unsigned_integer("weight_bits", 2, 15, arithmetic.weight_bits));
  reader.finish();
  return arithmetic;
}

Json to_json(const SpinnakerArithmetic& arithmetic) {
  return {{"weight_bits", arithmetic.weight_bits}};
}

}  // namespace spikeloom
