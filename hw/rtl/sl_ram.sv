// A memory with one write port and one read port. What is read in a cycle is there in the next one
// and stays until the next read; a word that is written and read in one cycle reads as before.

module sl_ram #(
  parameter  int unsigned Words = 16,
  parameter  int unsigned Width = 32,
  localparam int unsigned AddressBits = Words > 1 ? $clog2(Words) : 1
) (
  input  logic                   clk_i,
  input  logic                   write_i,
  input  logic [AddressBits-1:0] write_address_i,
  input  logic [      Width-1:0] write_data_i,
  input  logic                   read_i,
  input  logic [AddressBits-1:0] read_address_i,
  output logic [      Width-1:0] read_data_o
);

  logic [Width-1:0] words_q[Words];

  always_ff @(posedge clk_i) begin
    if (write_i) words_q[write_address_i] <= write_data_i;
    if (read_i) read_data_o <= words_q[read_address_i];
  end

endmodule
