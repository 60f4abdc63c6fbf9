#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "mapper/build/core_images.hpp"
#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// Interleaves the bits of x and y (Morton order).
std::uint64_t z_order(TilePosition at) {
  std::uint64_t code = 0;
  for (std::uint32_t bit = 0; bit < 32; ++bit)
    code |= std::uint64_t{at.x >> bit & 1U} << 2 * bit | std::uint64_t{at.y >> bit & 1U}
                                                             << (2 * bit + 1);
  return code;
}

class KeyAllocator {
 public:
  explicit KeyAllocator(const std::string& file) : file_(file) {}

  /// `size` is a power of two.
  std::uint32_t at(std::uint64_t key, std::uint32_t size) {
    end_ = std::max(end_, key + size);
    if (end_ > std::uint64_t{1} << 32)
      throw InputError(file_, "", fmt::format("needs {} keys, 32 bits hold 4294967296", end_));
    return static_cast<std::uint32_t>(key);
  }
  std::uint32_t after_all(std::uint32_t size) { return at((end_ + size - 1) / size * size, size); }

 private:
  const std::string& file_;
  std::uint64_t end_ = 0;
};

}  // namespace

namespace {

/// Numbers of the cores along a Z-order curve; those of a tile follow each other.
std::vector<std::uint64_t> numbers_along_curve(const std::vector<CorePlace>& place_of_core,
                                               const Chip& chip) {
  const std::uint64_t slots = std::bit_ceil(chip.topology.cores_per_tile);
  std::vector<std::uint64_t> numbers;
  for (const CorePlace place : place_of_core)
    numbers.push_back(z_order(chip.position_of(place.tile)) * slots + place.slot);
  return numbers;
}

/// The same order without gaps.
void close_gaps(std::vector<std::uint64_t>& numbers) {
  std::vector<std::uint64_t> sorted = numbers;
  std::sort(sorted.begin(), sorted.end());
  for (std::uint64_t& number : numbers)
    number = static_cast<std::uint64_t>(std::lower_bound(sorted.begin(), sorted.end(), number) -
                                        sorted.begin());
}

}  // namespace

std::vector<std::uint32_t> allocate_keys(const KeyPlan& plan,
                                         const std::vector<CorePlace>& place_of_core,
                                         const Chip& chip,
                                         const std::string& file) {
  const std::size_t cores = place_of_core.size();
  const std::uint64_t block =
      cores == 0 ? 1
                 : *std::max_element(plan.block_size.begin(),
                                     plan.block_size.begin() + static_cast<std::ptrdiff_t>(cores));
  std::vector<std::uint64_t> numbers = numbers_along_curve(place_of_core, chip);
  constexpr std::uint64_t kHalfOfAllKeys = std::uint64_t{1} << 31;
  if (cores > 0 && *std::max_element(numbers.begin(), numbers.end()) >= kHalfOfAllKeys / block)
    close_gaps(numbers);
  KeyAllocator allocator(file);
  std::vector<std::uint32_t> key_base;
  for (std::size_t core = 0; core < cores; ++core)
    key_base.push_back(allocator.at(numbers[core] * block, plan.block_size[core]));
  for (std::size_t source = cores; source < plan.block_size.size(); ++source)
    key_base.push_back(allocator.after_all(plan.block_size[source]));
  return key_base;
}

}  // namespace spikeloom
