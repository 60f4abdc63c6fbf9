#include "models/lowering/netx.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "models/base/error.hpp"
#include "models/lowering/netx_fields.hpp"
#include "models/lowering/netx_neurons.hpp"
#include "models/lowering/netx_synapses.hpp"
#include "models/lowering/retime.hpp"

namespace spikeloom {
namespace {

// What the integers of a file assume: a sum enters the current times 2^6.
constexpr std::int32_t kInputShift = 6;

std::uint32_t size_of(const Shape& shape) { return static_cast<std::uint32_t>(volume_of(shape)); }

std::array<std::uint32_t, 3> channels_first(const Shape& shape) {
  std::array<std::uint32_t, 3> result{1, 1, 1};
  // (height, width) is an image of one channel, a lone number are channels.
  const std::size_t lead = shape.size() == 2 ? 1 : 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    result[lead + axis] = static_cast<std::uint32_t>(shape[axis]);
  return result;
}

class NetxReader {
 public:
  NetxReader(const std::string& path, const Arithmetic& arithmetic, const NetxOptions& options)
      : file_(path), options_(options) {
    network_.arithmetic = arithmetic;
  }

  LoweredNetwork read() {
    const std::size_t layers = layer_count();
    for (std::size_t i = 0; i < layers; ++i) read_layer(i);
    finish();
    retime(network_, file_.file());
    return std::move(network_);
  }

 private:
  std::size_t layer_count() const {
    if (!file_.exists("/layer") || !file_.is_group("/layer"))
      file_.fail("/layer", "is missing: this is no netx file");
    const std::vector<std::string> names = file_.members("/layer");
    if (names.empty()) file_.fail("/layer", "holds no layers");
    for (std::size_t i = 0; i < names.size(); ++i)
      if (!file_.exists("/layer/" + std::to_string(i)))
        file_.fail("/layer",
                   "holds " + std::to_string(names.size()) + " layers, but none is named " +
                       std::to_string(i));
    return names.size();
  }

  void read_layer(std::size_t i) {
    name_ = "layer/" + std::to_string(i);
    const NetxFields layer(file_, "/" + name_);
    const std::string type = layer.text("type");
    if (ends_with_ != "")
      layer.fail("type", "is '" + type + "', but nothing may follow an " + ends_with_ + " layer");
    if (type == "input")
      read_input(layer);
    else if (type == "dense" || type == "dense_rec")
      read_dense(layer, type == "dense_rec");
    else if (type == "conv" || type == "pool")
      read_window(layer, type);
    else if (type == "flatten")
      read_flatten(layer);
    else if (type == "average")
      read_average(layer);
    else
      layer.fail("type",
                 "is '" + type +
                     "', allowed are input, dense, dense_rec, conv, pool, flatten and average");
  }

  // ---- populations ---------------------------------------------------------------------------

  PopulationId add_population(const std::string& name, const Shape& shape, bool is_input) {
    LoweredPopulation population{.name = name, .shape = shape, .size = size_of(shape)};
    population.is_input = is_input;
    neurons_ += population.size;
    if (neurons_ > kMaxNetxNeurons)
      file_.fail("/layer", "holds more than " + std::to_string(kMaxNetxNeurons) + " neurons");
    network_.populations.push_back(std::move(population));
    return PopulationId{static_cast<std::uint32_t>(network_.populations.size() - 1)};
  }

  // The layer that is read becomes what the next one listens to.
  void enter(PopulationId population, const Shape& shape) {
    last_ = population;
    shape_ = shape;
  }

  void connect(PopulationId from, PopulationId to, std::vector<StoredProjection> stored) {
    const std::string name =
        network_.populations[from].name + " -> " + network_.populations[to].name;
    for (StoredProjection& projection : stored)
      network_.projections.push_back(
          {from, to, name, std::move(projection.connectivity), projection.exponent});
  }

  // Its neurons, and the shape it shows to the next layer.
  PopulationId add_layer(const NetxFields& layer, const Shape& shape) {
    const PopulationId id = add_population(name_, shape, false);
    read_netx_neurons(layer, network_.arithmetic, network_.populations[id]);
    return id;
  }

  PopulationId source_of(const Shape& needed) {
    if (!last_) enter(add_population("input", needed, true), needed);
    return *last_;
  }

  // ---- layers --------------------------------------------------------------------------------

  void read_input(const NetxFields& layer) {
    if (last_) layer.fail("type", "is 'input', which only the first layer may be");
    const auto extents = channels_first(layer.extents("shape"));
    const Shape shape(extents.begin(), extents.end());
    if (options_.input_shape && *options_.input_shape != extents)
      layer.fail("shape", "is " + to_string(shape) + ", the experiment's input_shape is not");
    if (!layer.has("neuron")) return enter(add_population(name_, shape, true), shape);
    const PopulationId input = add_population("input", shape, true);
    const PopulationId neurons = add_population(name_, shape, false);
    read_netx_input_neurons(layer, network_.arithmetic, network_.populations[neurons]);
    connect(input, neurons, {one_to_one(layer, extents, format(0))});
    enter(neurons, shape);
  }

  SynapseFormat format(std::int32_t exponent) const {
    const auto shift = static_cast<std::int32_t>(network_.arithmetic.input_shift);
    return {network_.arithmetic, options_.weight_bits, exponent + kInputShift - shift};
  }

  SynapseFormat format_of(const NetxFields& layer) const {
    constexpr std::int32_t kLeast = -8, kMost = 7;
    return format(layer.number_or("neuron/wgtExp", kLeast, kMost, 0));
  }

  void read_dense(const NetxFields& layer, bool recurrent) {
    const std::uint32_t targets = size_of(layer.extents("shape"));
    const DenseWeights weights = read_dense_weights(layer, "weight", targets);
    if (last_ && weights.sources != volume_of(shape_))
      layer.fail("weight",
                 "has " + std::to_string(weights.sources) + " inputs, the layer before gives " +
                     std::to_string(volume_of(shape_)));
    if (!last_) check_stated_input(layer, weights.sources);
    const PopulationId source = source_of({weights.sources});
    const PopulationId id = add_layer(layer, {targets});
    connect(source, id, store_dense(layer, "weight", weights, format_of(layer)));
    if (recurrent) read_recurrence(layer, id, targets);
    enter(id, {targets});
  }

  void check_stated_input(const NetxFields& layer, std::size_t sources) const {
    if (!options_.input_shape) return;
    const auto& stated = *options_.input_shape;
    const std::size_t volume = volume_of({stated.begin(), stated.end()});
    if (volume != sources)
      layer.fail("weight",
                 "has " + std::to_string(sources) + " inputs, the experiment's input_shape has " +
                     std::to_string(volume));
  }

  void read_recurrence(const NetxFields& layer, PopulationId id, std::uint32_t neurons) {
    const DenseWeights weights = read_dense_weights(layer, "weight_rec", neurons);
    if (weights.sources != neurons)
      layer.fail("weight_rec",
                 "has " + std::to_string(weights.sources) + " inputs for " +
                     std::to_string(neurons) + " neurons");
    connect(id, id, store_dense(layer, "weight_rec", weights, format_of(layer)));
  }

  void read_window(const NetxFields& layer, const std::string& type) {
    const Shape target = layer.extents("shape");
    const Window window =
        type == "conv" ? read_conv_window(layer) : read_pool_window(layer, channels_first(target));
    const auto source = last_ ? channels_first(shape_) : first_shape(layer, window, target);
    check_window(layer, window, source, channels_first(target), type == "pool");
    const PopulationId from = source_of({source.begin(), source.end()});
    const auto extents = channels_first(target);
    const Shape shape(extents.begin(), extents.end());
    const PopulationId id = add_layer(layer, shape);
    connect(from, id, store_window(layer, window, source, extents, format_of(layer)));
    enter(id, shape);
  }

  // A first convolution says what it gives, not what it takes.
  std::array<std::uint32_t, 3> first_shape(const NetxFields& layer,
                                           const Window& window,
                                           const Shape& target) const {
    if (options_.input_shape) return *options_.input_shape;
    const auto found = only_source_shape(window, channels_first(target));
    if (!found)
      layer.fail("stride", "leaves open how large the input is; say it as input_shape beside netx");
    return *found;
  }

  void read_flatten(const NetxFields& layer) {
    if (!last_) layer.fail("type", "is 'flatten', which needs a layer before");
    const std::size_t volume = volume_of(shape_);
    if (layer.has("shape") && volume_of(layer.extents("shape")) != volume)
      layer.fail("shape",
                 "is " + to_string(layer.extents("shape")) + ", the layer before gives " +
                     std::to_string(volume) + " values");
    shape_ = {volume};
  }

  void read_average(const NetxFields& layer) {
    if (!last_) layer.fail("type", "is 'average', which needs a layer before");
    const std::uint32_t targets = size_of(layer.extents("shape"));
    const std::uint32_t sources = size_of(shape_);
    if (sources % targets != 0)
      layer.fail("shape",
                 "has " + std::to_string(targets) + " averages of " + std::to_string(sources) +
                     " values, which do not divide");
    const PopulationId id = add_population(name_, {targets}, false);
    NeuronProfile sum{.decay_u = network_.arithmetic.no_memory(), .decay_v = 0, .spikes = false};
    network_.populations[id].profiles = {sum};
    const double unit = static_cast<double>(std::uint32_t{1} << network_.arithmetic.input_shift);
    network_.populations[id].v_scale = {unit * (sources / targets)};
    connect(*last_, id, {one_per_group(sources, targets)});
    enter(id, {targets});
    ends_with_ = "average";
  }

  void finish() {
    if (!last_ || network_.populations[*last_].is_input)
      file_.fail("/layer", "holds no layer with neurons");
    network_.populations[*last_].is_output = true;
  }

  Hdf5Reader file_;
  const NetxOptions& options_;
  LoweredNetwork network_;
  std::string name_, ends_with_;
  std::optional<PopulationId> last_;
  Shape shape_;
  std::size_t neurons_ = 0;
};

}  // namespace

LoweredNetwork read_netx(const std::string& path,
                         const Arithmetic& arithmetic,
                         const NetxOptions& options) {
  return NetxReader(path, arithmetic, options).read();
}

}  // namespace spikeloom
