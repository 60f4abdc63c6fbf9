#include "models/lowering/netx_neurons.hpp"

#include <map>
#include <optional>
#include <tuple>

namespace spikeloom {
namespace {

// What the numbers of a netx file are in: Loihi's formats.
constexpr std::uint32_t kDecayBits = 12, kThresholdShift = 6, kBiasExponent = 6;
constexpr std::int32_t kNoMemory = 1 << kDecayBits;
constexpr std::int32_t kMostBias = 1 << 20, kMostRefractory = 64;
constexpr std::size_t kMostProfiles = 65535;

// One value per neuron from a field with one number, one per channel, or one per neuron.
class PerNeuron {
 public:
  PerNeuron(const NetxFields& layer,
            const std::string& field,
            const LoweredPopulation& population,
            std::int32_t low,
            std::int32_t high)
      : values_(layer.numbers(field, low, high).values) {
    const std::size_t channels = population.shape.front();
    const std::size_t count = values_.size();
    if (count != 1 && count != channels && count != population.size)
      layer.fail(field,
                 "holds " + std::to_string(count) + " numbers for a layer of " +
                     std::to_string(channels) + " channels and " + std::to_string(population.size) +
                     " neurons");
    repeat_ = count == 0 ? 1 : population.size / count;
  }

  std::int32_t of(std::uint32_t neuron) const { return values_[neuron / repeat_]; }

 private:
  std::vector<std::int32_t> values_;
  std::size_t repeat_;
};

// `value` * 2^up, which must be whole (of a shift below 0) and at most `most`.
std::uint32_t rescaled(const NetxFields& layer,
                       const std::string& field,
                       std::int32_t value,
                       std::int32_t up,
                       std::int64_t most) {
  const std::int64_t unit = std::int64_t{1} << (up < 0 ? -up : up);
  const std::int64_t result = up < 0 ? value / unit : value * unit;
  if ((up < 0 && value % unit != 0) || result > most)
    layer.fail(field, "holds " + std::to_string(value) + ", which does not fit the number formats");
  return static_cast<std::uint32_t>(result);
}

class NeuronReader {
 public:
  NeuronReader(const NetxFields& layer,
               const Arithmetic& arithmetic,
               const LoweredPopulation& population)
      : layer_(layer), arithmetic_(arithmetic), population_(population) {
    check_type();
    refuse_unless_zero("neuron/weight_exp", "exponents of a batch normalization");
    refuse_unless_zero("neuron/messageBits", "bits of graded spikes");
  }

  PerNeuron field(const std::string& name, std::int32_t low, std::int32_t high) const {
    return {layer_, "neuron/" + name, population_, low, high};
  }

  std::uint32_t decay(const std::string& name, std::int32_t value) const {
    const auto up =
        static_cast<std::int32_t>(arithmetic_.decay_bits) - static_cast<std::int32_t>(kDecayBits);
    return rescaled(layer_, "neuron/" + name, value, up, arithmetic_.no_memory());
  }

  std::uint32_t threshold(std::int32_t value) const {
    const auto up = static_cast<std::int32_t>(kThresholdShift) -
                    static_cast<std::int32_t>(arithmetic_.threshold_shift);
    return rescaled(layer_, "neuron/vThMant", value, up, arithmetic_.threshold_max());
  }

 private:
  void check_type() const {
    if (!layer_.has("neuron/type")) return;
    const std::string type = layer_.text("neuron/type");
    if (type != "LOIHI" && type != "CUBA")
      layer_.fail("neuron/type", "is '" + type + "', allowed are LOIHI and CUBA");
  }

  void refuse_unless_zero(const std::string& field, const std::string& what) const {
    if (!layer_.has(field)) return;
    for (const std::int32_t value : layer_.numbers(field, INT32_MIN, INT32_MAX).values)
      if (value != 0)
        layer_.fail(field, "holds " + what + ", which are not supported, allowed is 0");
  }

  const NetxFields& layer_;
  const Arithmetic& arithmetic_;
  const LoweredPopulation& population_;
};

using Parameters = std::tuple<std::int32_t, std::int32_t, std::int32_t, std::int32_t>;

// Numbers the different profiles as they come.
class ProfileList {
 public:
  ProfileList(const NetxFields& layer, LoweredPopulation& population)
      : layer_(layer), population_(population) {}

  template <typename Make>
  void add(const Parameters& parameters, const Make& make) {
    const auto [found, is_new] =
        numbers_.try_emplace(parameters, static_cast<std::uint16_t>(numbers_.size()));
    if (is_new) {
      if (numbers_.size() > kMostProfiles)
        layer_.fail("neuron",
                    "has more than " + std::to_string(kMostProfiles) + " different neurons");
      population_.profiles.push_back(make());
    }
    population_.profile_of.push_back(found->second);
  }

  void finish() {
    if (population_.profiles.size() == 1) population_.profile_of.clear();
  }

 private:
  const NetxFields& layer_;
  LoweredPopulation& population_;
  std::map<Parameters, std::uint16_t> numbers_;
};

void read_profiles(const NetxFields& layer,
                   const Arithmetic& arithmetic,
                   bool keeps_current,
                   LoweredPopulation& population) {
  const NeuronReader reader(layer, arithmetic, population);
  const PerNeuron decay_u = reader.field("iDecay", 0, kNoMemory);
  const PerNeuron decay_v = reader.field("vDecay", 0, kNoMemory);
  const PerNeuron threshold = reader.field("vThMant", 0, INT32_MAX);
  std::optional<PerNeuron> refractory;
  if (layer.has("neuron/refDelay")) refractory = reader.field("refDelay", 0, kMostRefractory);
  ProfileList profiles(layer, population);
  for (std::uint32_t i = 0; i < population.size; ++i) {
    const std::int32_t u = keeps_current ? decay_u.of(i) : kNoMemory;
    const Parameters parameters{
        u, decay_v.of(i), threshold.of(i), refractory ? refractory->of(i) : 1};
    profiles.add(parameters, [&] {
      const auto [iu, iv, vth, ref] = parameters;
      NeuronProfile profile;
      profile.decay_u = reader.decay("iDecay", iu);
      profile.decay_v = reader.decay("vDecay", iv);
      profile.threshold = reader.threshold(vth);
      profile.refractory_steps = static_cast<std::uint32_t>(ref > 0 ? ref - 1 : 0);
      return profile;
    });
  }
  profiles.finish();
}

// lava-dl's Affine layers have no neurons: what arrives is added up and never spikes.
void add_read_out(const Arithmetic& arithmetic, LoweredPopulation& population) {
  population.profiles = {{.decay_u = 0, .decay_v = arithmetic.no_memory(), .spikes = false}};
}

void read_bias(const NetxFields& layer,
               const Arithmetic& arithmetic,
               LoweredPopulation& population) {
  if (!layer.has("bias")) return;
  const PerNeuron bias(layer, "bias", population, -kMostBias, kMostBias);
  for (std::uint32_t i = 0; i < population.size; ++i) {
    const std::int32_t value = bias.of(i) * (1 << kBiasExponent);
    if (nearest_bias(arithmetic, value) != value)
      layer.fail("bias",
                 "holds " + std::to_string(bias.of(i)) + ", which does not fit the number formats");
    population.bias.push_back(value);
  }
}

}  // namespace

void read_netx_neurons(const NetxFields& layer,
                       const Arithmetic& arithmetic,
                       LoweredPopulation& population) {
  if (layer.has("neuron"))
    read_profiles(layer, arithmetic, true, population);
  else
    add_read_out(arithmetic, population);
  read_bias(layer, arithmetic, population);
}

void read_netx_input_neurons(const NetxFields& layer,
                             const Arithmetic& arithmetic,
                             LoweredPopulation& population) {
  read_profiles(layer, arithmetic, false, population);
}

}  // namespace spikeloom
