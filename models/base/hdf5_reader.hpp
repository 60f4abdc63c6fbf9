#pragma once
// Reading HDF5 files by object path ("/node/nodes/conv1/weight"). Every error is an
// InputError that names file and HDF5 path. What a file declares is checked before memory is
// taken. Not for use from several threads at once.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace spikeloom {

/// The most elements one dataset may have.
inline constexpr std::size_t kMaxHdf5Elements = std::size_t{1} << 28;

/// A dataset in memory, row-major; values.size() is the product of the extents. A scalar has none.
template <typename T>
struct Hdf5Array {
  std::vector<std::size_t> shape;
  std::vector<T> values;
};

/// A file opened for reading. Contiguous, chunked and compressed datasets are read alike. Links
/// into other files are not followed.
class Hdf5Reader {
 public:
  /// Refuses what is missing, unreadable or no HDF5 file, and what makes the HDF5 library crash or
  /// hang: all of it is read once beforehand (hdf5_probe.hpp).
  explicit Hdf5Reader(const std::string& path);
  ~Hdf5Reader();
  Hdf5Reader(Hdf5Reader&&) noexcept;
  Hdf5Reader& operator=(Hdf5Reader&&) noexcept;

  const std::string& file() const;
  bool exists(const std::string& path) const;
  bool is_group(const std::string& path) const;
  bool is_dataset(const std::string& path) const;
  /// Names of a group's members, in byte order.
  std::vector<std::string> members(const std::string& group) const;
  /// Whether a dataset has any value (h5py writes Empty for None).
  bool has_value(const std::string& path) const;
  /// Whether a dataset holds text.
  bool holds_text(const std::string& path) const;
  /// Extents of a dataset; empty for a scalar. Reads no values.
  std::vector<std::size_t> shape(const std::string& path) const;

  /// A numeric dataset of any rank. T is double, float, or an integer of 8 to 64 bits. Floating
  /// point types take floats and integers; integer types take only integers that fit. Truth values
  /// are 0 and 1.
  template <typename T>
  Hdf5Array<T> read(const std::string& path) const;
  /// The only element of a dataset.
  template <typename T>
  T read_scalar(const std::string& path) const;
  /// Scalar text or a list of texts, of fixed or variable length.
  std::string read_string(const std::string& path) const;
  Hdf5Array<std::string> read_strings(const std::string& path) const;
  /// Row `row` of a list of variable-length numeric arrays.
  std::vector<double> read_row(const std::string& path, std::size_t row) const;

  double read_number_attribute(const std::string& object, const std::string& name) const;
  std::string read_string_attribute(const std::string& object, const std::string& name) const;

  [[noreturn]] void fail(const std::string& path, const std::string& sentence) const;

 private:
  /// Makes the HDF5 library do all that the functions above can make it do.
  void try_everything() const;
  void try_dataset(const std::string& path) const;
  void try_attributes(const std::string& object) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spikeloom
