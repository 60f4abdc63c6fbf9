#include "models/network/nir_fields.hpp"

#include <cmath>

#include "models/base/json_reader.hpp"
#include "models/base/text.hpp"
#include "models/network/shapes.hpp"

namespace spikeloom {
namespace {

constexpr std::size_t kMaxWindow = 65535;  // of kernels, strides, paddings and dilations

}  // namespace

NirFields::NirFields(const Hdf5Reader& file, std::string group)
    : file_(file), group_(std::move(group)) {}

bool NirFields::has(const std::string& field) {
  known_.insert(field);
  return file_.exists(path_of(field));
}

bool NirFields::has_value(const std::string& field) {
  return has(field) && file_.has_value(path_of(field));
}

std::string NirFields::text(const std::string& field) {
  known_.insert(field);
  return file_.read_string(path_of(field));
}

Tensor NirFields::tensor(const std::string& field) {
  known_.insert(field);
  Hdf5Array<double> array = file_.read<double>(path_of(field));
  for (std::size_t i = 0; i < array.values.size(); ++i)
    if (!std::isfinite(array.values[i]))
      fail(field,
           "holds " + number_text(array.values[i]) + " at element " + std::to_string(i) +
               ", expected finite numbers");
  return {std::move(array.shape), std::move(array.values)};
}

Tensor NirFields::tensor_or(const std::string& field, double absent) {
  return has_value(field) ? tensor(field) : Tensor{{}, {absent}};
}

Tensor NirFields::positive_tensor(const std::string& field) {
  Tensor result = tensor(field);
  for (std::size_t i = 0; i < result.data.size(); ++i)
    if (!(result.data[i] > 0))
      fail(field,
           "holds " + number_text(result.data[i]) + " at element " + std::to_string(i) +
               ", expected a time constant above 0");
  return result;
}

Tensor NirFields::matrix(const std::string& field) {
  Tensor result = tensor(field);
  while (result.shape.size() > 2 && result.shape.front() == 1)
    result.shape.erase(result.shape.begin());
  return result;
}

std::vector<std::size_t> NirFields::whole_numbers(const std::string& field,
                                                  std::size_t low,
                                                  std::size_t high) {
  const Tensor numbers = tensor(field);
  if (numbers.shape.size() > 1)
    fail(field, "has shape " + to_string(numbers.shape) + ", expected a list of whole numbers");
  std::vector<std::size_t> result;
  for (const double value : numbers.data) {
    const bool fits = value >= static_cast<double>(low) && value <= static_cast<double>(high);
    if (!fits || value != std::floor(value))
      fail(field,
           "holds " + number_text(value) + ", allowed are whole numbers from " +
               std::to_string(low) + " to " + std::to_string(high));
    result.push_back(static_cast<std::size_t>(value));
  }
  return result;
}

Shape NirFields::extents(const std::string& field) {
  Shape shape = whole_numbers(field, 1, kMaxGraphElements);
  constexpr std::size_t kMaxRank = 8;
  if (shape.empty() || shape.size() > kMaxRank)
    fail(field, "has " + std::to_string(shape.size()) + " extents, allowed are 1 to 8");
  return shape;
}

std::int64_t NirFields::integer(const std::string& field, std::int64_t low, std::int64_t high) {
  known_.insert(field);
  const double value = file_.read_scalar<double>(path_of(field));
  const bool fits = value >= static_cast<double>(low) && value <= static_cast<double>(high);
  if (!fits || value != std::floor(value))
    fail(field,
         "is " + number_text(value) + ", allowed are whole numbers from " + std::to_string(low) +
             " to " + std::to_string(high));
  return static_cast<std::int64_t>(value);
}

std::array<std::size_t, 2> NirFields::pair(const std::string& field, std::size_t low) {
  const std::vector<std::size_t> numbers = whole_numbers(field, low, kMaxWindow);
  if (numbers.empty() || numbers.size() > 2)
    fail(field, "has " + std::to_string(numbers.size()) + " numbers, expected one or two");
  return {numbers.front(), numbers.back()};
}

std::size_t NirFields::window(const std::string& field, std::size_t low) {
  return static_cast<std::size_t>(
      integer(field, static_cast<std::int64_t>(low), static_cast<std::int64_t>(kMaxWindow)));
}

bool NirFields::is_text(const std::string& field) {
  known_.insert(field);
  return file_.holds_text(path_of(field));
}

void NirFields::finish() const {
  const std::vector<std::string> known(known_.begin(), known_.end());
  for (const std::string& name : file_.members(group_)) {
    if (known_.contains(name)) continue;
    const std::string nearest = nearest_word(name, known);
    fail(name,
         nearest.empty() ? "unknown field" : "unknown field; did you mean '" + nearest + "'?");
  }
}

void NirFields::fail(const std::string& field, const std::string& sentence) const {
  file_.fail(path_of(field), sentence);
}

}  // namespace spikeloom
