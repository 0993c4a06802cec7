//! What issues are about.

/// The subject of an issue.
pub struct Subject {
    pub title: &'static str,
    pub body: &'static str,
    pub labels: &'static [&'static str],
}

/// In the order of numbers: 42 is the third, 43 the fourth.
pub static SUBJECTS: [Subject; 5] = [
    Subject {
        title: "Search finds nothing for words with an umlaut",
        body: "Searching for “Müller” finds nothing, “Muller” finds all orders of Mr Müller. It \
               worked until the index was built anew.\n\n**Expected:** both find the same.",
        labels: &["bug", "search"],
    },
    Subject {
        title: "The export of invoices ends after 1,000 lines",
        body: "We export all invoices of a year. The file has 1,000 lines, whatever the year. No \
               message says that some are missing.",
        labels: &["export"],
    },
    Subject {
        title: "Checkout shows the price without tax",
        body: "Since the last release the cart shows 19.00 and the receipt 22.61.\n\nSteps:\n1. \
               Put any article into the cart\n2. Open the checkout\n3. Compare with the receipt",
        labels: &["bug"],
    },
    Subject {
        title: "Orders cannot be paid with a saved card",
        body: "Whoever chooses a saved card sees “Something went wrong” and no order is made. A \
               card that is typed in works. About forty customers have written since this \
               morning.\n\nThe log says: `payment_method is required`.",
        labels: &[],
    },
    Subject {
        title: "The date picker cannot be read in dark mode",
        body: "Days that can be chosen are dark grey on black. Could they have the colour of \
               links, as everywhere else?",
        labels: &["design"],
    },
];
