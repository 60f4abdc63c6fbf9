#include <doctest/doctest.h>

#include "mapper/network_view.hpp"
#include "mapper/partition/patch.hpp"
#include "models/lowering/local_network.hpp"
#include "tests/unit/mapper/networks.hpp"

namespace spikeloom {
namespace {

constexpr std::uint32_t kEverywhere = 1U << 30;
constexpr std::uint64_t kNoKernels = 0;

TEST_CASE("a sheet of local neurons is cut into squares") {
  const PatchCosts local{{{32, 32}}, 0};
  CHECK(choose_parts({1, 1000, 1000}, local, 1024, kNoKernels) == Volume{1, 32, 32});
  CHECK(choose_parts({1, 128, 128}, PatchCosts{{{8, 8}}, 0}, 1024, kNoKernels) == Volume{1, 4, 4});
  CHECK(choose_parts({1, 10, 10}, local, 1024, kNoKernels) == Volume{1, 1, 1});
}

TEST_CASE("a convolution layer is cut in space before it is cut in channels") {
  const PatchCosts conv{{{2, 2}}, 0};
  CHECK(choose_parts({64, 16, 16}, conv, 1024, kNoKernels) == Volume{1, 4, 4});
  CHECK(choose_parts({64, 1, 1}, conv, 16, kNoKernels) == Volume{4, 1, 1});
}

TEST_CASE("a layer that every source drives is cut into as few boxes as hold it") {
  const PatchCosts dense{{{kEverywhere, kEverywhere}}, 0};
  const Volume parts = choose_parts({1, 1, 1000}, dense, 300, kNoKernels);
  CHECK(parts == Volume{1, 1, 4});
}

TEST_CASE("boxes never hold more than a core, and cover the population") {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    const RandomStream random(Seed{seed}, "test.patch");
    const Volume shape{
        1 + random.below(8, 0, 0), 1 + random.below(40, 1, 0), 1 + random.below(40, 2, 0)};
    const std::uint32_t capacity = 1 + random.below(200, 3, 0);
    const Volume parts = choose_parts(shape, PatchCosts{{{2, 2}}, 0}, capacity, kNoKernels);
    std::uint64_t largest = 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      std::uint32_t longest = 0;
      for (std::uint32_t p = 0; p < parts[axis]; ++p)
        longest = std::max(longest,
                           patch_begin(shape[axis], parts[axis], p + 1) -
                               patch_begin(shape[axis], parts[axis], p));
      REQUIRE(patch_begin(shape[axis], parts[axis], parts[axis]) == shape[axis]);
      largest *= longest;
    }
    CHECK(largest <= capacity);
  }
}

TEST_CASE("sources seen window by window are those seen at once") {
  const LoweredNetwork network = test::convolutional_network(3);
  const NetworkView view(network, "net");
  const FanIn fan_in(view);
  std::vector<NeuronNumber> targets;
  for (NeuronNumber n = view.size(); n-- > 0;) targets.push_back(n);
  const IncomingSynapses at_once(view, fan_in, targets);
  std::size_t seen = 0, windows = 0;
  for_each_window(
      view,
      fan_in,
      targets,
      [&](const IncomingSynapses& incoming, std::span<const NeuronNumber> part) {
        ++windows;
        for (std::size_t i = 0; i < part.size(); ++i, ++seen) {
          const auto a = incoming.of(i), b = at_once.of(seen);
          REQUIRE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
          REQUIRE(a.size() == fan_in[part[i]]);
        }
      },
      1000);
  CHECK(seen == view.size());
  CHECK(windows > 10);
  CHECK(fan_in.total() == synapse_count(network));
}

}  // namespace
}  // namespace spikeloom
