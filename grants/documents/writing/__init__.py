"""Word models written as text: bricks, a form of the house, the .docx around them."""
