#include "models/network/arithmetic.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace spikeloom {
namespace {

const WordList<Overflow> kOverflowWords = {{"wrap", Overflow::Wrap},
                                           {"saturate", Overflow::Saturate}};
const WordList<WeightFormat> kWeightFormatWords = {{"signed", WeightFormat::Signed},
                                                   {"loihi", WeightFormat::Loihi}};

// Reads `field` in [low, high]; its present value is the default.
void read_width(ObjectReader& reader,
                const std::string& key,
                std::uint64_t low,
                std::uint64_t high,
                std::uint32_t& field) {
  field = static_cast<std::uint32_t>(reader.unsigned_integer(key, low, high, field));
}

}  // namespace

Arithmetic read_arithmetic(const Json& object, const JsonPlace& place) {
  ObjectReader reader(object, place);
  Arithmetic result;
  read_width(reader, "weight_bits", 2, 10, result.weight_bits);
  result.weight_format =
      read_enum(reader, "weight_format", kWeightFormatWords, {result.weight_format});
  result.weight_exponent_min =
      static_cast<std::int32_t>(reader.integer("weight_exponent_min", -8, 0, 0));
  read_width(reader, "weight_exponent_max", 0, 7, result.weight_exponent_max);
  read_width(reader, "sum_bits", 8, 32, result.sum_bits);
  read_width(reader, "input_shift", 0, 8, result.input_shift);
  read_width(reader, "u_bits", 8, 32, result.u_bits);
  result.u_overflow = read_enum(reader, "u_overflow", kOverflowWords, {result.u_overflow});
  read_width(reader, "v_bits", 8, 32, result.v_bits);
  read_width(reader, "decay_bits", 4, 15, result.decay_bits);
  read_width(reader, "threshold_bits", 1, 24, result.threshold_bits);
  read_width(reader, "threshold_shift", 0, 8, result.threshold_shift);
  read_width(reader, "bias_mantissa_bits", 2, 24, result.bias_mantissa_bits);
  read_width(reader, "bias_exponent_bits", 0, 4, result.bias_exponent_bits);
  reader.finish();
  return result;
}

Json to_json(const Arithmetic& arithmetic) {
  return Json{{"weight_bits", arithmetic.weight_bits},
              {"weight_format", word_of(kWeightFormatWords, arithmetic.weight_format)},
              {"weight_exponent_min", arithmetic.weight_exponent_min},
              {"weight_exponent_max", arithmetic.weight_exponent_max},
              {"sum_bits", arithmetic.sum_bits},
              {"input_shift", arithmetic.input_shift},
              {"u_bits", arithmetic.u_bits},
              {"u_overflow", word_of(kOverflowWords, arithmetic.u_overflow)},
              {"v_bits", arithmetic.v_bits},
              {"decay_bits", arithmetic.decay_bits},
              {"threshold_bits", arithmetic.threshold_bits},
              {"threshold_shift", arithmetic.threshold_shift},
              {"bias_mantissa_bits", arithmetic.bias_mantissa_bits},
              {"bias_exponent_bits", arithmetic.bias_exponent_bits}};
}

std::optional<std::int32_t> nearest_bias(const Arithmetic& arithmetic, double value) {
  const double limit = std::ldexp(1.0, static_cast<int>(arithmetic.bias_mantissa_bits) - 1);
  const int exponents = 1 << arithmetic.bias_exponent_bits;
  for (int exponent = 0; exponent < exponents; ++exponent) {
    const double mantissa = std::round(std::ldexp(value, -exponent));
    if (mantissa < -limit || mantissa >= limit) continue;
    const double bias = std::ldexp(mantissa, exponent);
    if (bias < INT32_MIN || bias > INT32_MAX) return std::nullopt;
    return static_cast<std::int32_t>(bias);
  }
  return std::nullopt;
}

}  // namespace spikeloom
