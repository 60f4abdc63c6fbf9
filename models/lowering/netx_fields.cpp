#include "models/lowering/netx_fields.hpp"

#include <cmath>

#include "models/base/text.hpp"

namespace spikeloom {
namespace {

constexpr std::int32_t kMaxWindow = 65535;  // of kernels, strides, paddings and dilations
constexpr std::size_t kMaxRank = 3;

}  // namespace

NetxFields::NetxFields(const Hdf5Reader& file, std::string group)
    : file_(file), group_(std::move(group)) {}

bool NetxFields::has(const std::string& field) const { return file_.exists(path_of(field)); }

bool NetxFields::is_group(const std::string& field) const {
  return file_.exists(path_of(field)) && file_.is_group(path_of(field));
}

std::string NetxFields::text(const std::string& field) const {
  const Hdf5Array<std::string> texts = file_.read_strings(path_of(field));
  if (texts.values.size() != 1)
    fail(field, "holds " + std::to_string(texts.values.size()) + " texts, expected one");
  return texts.values.front();
}

WholeNumbers NetxFields::numbers(const std::string& field,
                                 std::int32_t low,
                                 std::int32_t high) const {
  const std::string path = path_of(field);
  if (!file_.exists(path)) fail(field, "required field is missing");
  if (file_.is_dataset(path) && volume_of(file_.shape(path)) > kMaxNetxNumbers)
    fail(field,
         "has shape " + to_string(file_.shape(path)) + ", more than " +
             std::to_string(kMaxNetxNumbers) + " numbers");
  Hdf5Array<double> array = file_.read<double>(path);
  WholeNumbers result{std::move(array.shape), {}};
  result.values.reserve(array.values.size());
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    const double value = array.values[i];
    if (!(value >= low && value <= high) || value != std::floor(value))
      fail(field,
           "holds " + number_text(value) + " at element " + std::to_string(i) +
               ", allowed are whole numbers from " + std::to_string(low) + " to " +
               std::to_string(high));
    result.values.push_back(static_cast<std::int32_t>(value));
  }
  return result;
}

std::int32_t NetxFields::number(const std::string& field,
                                std::int32_t low,
                                std::int32_t high) const {
  const WholeNumbers all = numbers(field, low, high);
  if (all.values.size() != 1)
    fail(field, "holds " + std::to_string(all.values.size()) + " numbers, expected one");
  return all.values.front();
}

std::int32_t NetxFields::number_or(const std::string& field,
                                   std::int32_t low,
                                   std::int32_t high,
                                   std::int32_t absent) const {
  return has(field) ? number(field, low, high) : absent;
}

std::array<std::uint32_t, 2> NetxFields::pair_or(const std::string& field,
                                                 std::int32_t low,
                                                 std::uint32_t absent) const {
  if (!has(field)) return {absent, absent};
  const WholeNumbers all = numbers(field, low, kMaxWindow);
  if (all.values.empty() || all.values.size() > 2)
    fail(field, "holds " + std::to_string(all.values.size()) + " numbers, expected one or two");
  return {static_cast<std::uint32_t>(all.values.front()),
          static_cast<std::uint32_t>(all.values.back())};
}

Shape NetxFields::extents(const std::string& field) const {
  const WholeNumbers all = numbers(field, 1, static_cast<std::int32_t>(kMaxNetxNeurons));
  if (all.values.empty() || all.values.size() > kMaxRank)
    fail(field, "has " + std::to_string(all.values.size()) + " extents, allowed are 1 to 3");
  const Shape shape(all.values.begin(), all.values.end());
  double volume = 1;
  for (const std::size_t extent : shape) volume *= static_cast<double>(extent);
  if (volume > static_cast<double>(kMaxNetxNeurons))
    fail(field,
         "is " + to_string(shape) + ", more than " + std::to_string(kMaxNetxNeurons) + " neurons");
  return shape;
}

void NetxFields::fail(const std::string& field, const std::string& sentence) const {
  file_.fail(field.empty() ? group_ : path_of(field), sentence);
}

}  // namespace spikeloom
